"""From a recording to who speaks when, before any word; `listening` conducts and sums it up.

decode         any recording as blocks of samples; container, frames, headers, boxes, channels and
               unreadable are its parts
spectrum       one short-time spectrum of a channel, in pieces
tracks         fifty values a second of it: all that is kept (`rows`: as the table TRACKS)
pitch          one of them; arousal is told from it, never of agents
hold_music     hold by its sound, by hold_features and cadence
activity       speech outside hold, over a background; masks is its arithmetic
quality        how good the line is, and whether it is a room
second_opinion another detector, for poor lines
diarise        voices of a mono recording: cepstra, speakers, mixture

To change what is speech or hold: change it, then `HEARD_VERSION`; calls are told anew from TRACKS.
To change a track: `TRACKS_VERSION`; recordings are heard again. `make bench` says what it cost.
"""
