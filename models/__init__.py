"""Rows into claims: which call behaviours go with NPS, by how many points, and how sure that is.

The question
    For each customer segment: when a behaviour in the calls before a survey moves from its lower
    to its upper quartile, others held, by how many points does the expected NPS differ, and which
    behaviours rank first? `models.ranking.rank` answers from one JOINED table.

The answer, in one paragraph
    One row per survey, built from all calls of the look-back window (`survey_rows`, `call_values`,
    `design`). A pooled proportional-odds model of the 0-10 answer (`proportional_odds`) with
    segment-specific coefficients that lean on each other exactly as far as the data say, every
    block of confounders shrunk by its own estimated variance (`pooling`). Behaviours that bend get
    a spline, the others stay lines (`shapes`). Coefficients become NPS points by g-computation
    (`points`), with agent-clustered, shrinkage-aware intervals and rank ranges (`intervals`).
    The same fit gives each agent's focus list (`agents`) and the follow-ups (`follow_ups`).

What is assumed
    1. Nothing unmeasured moves both the behaviour and the answer once reason x queue, the other
       contexts, the segment, the survey mode and each agent's average are held. This cannot be
       tested; `robustness` says how strong such a cause would have to be.
    2. A coefficient is a *within-agent* association: the same agent, calls with more of it and
       calls with less. What distinguishes agents from each other stands beside it
       (`between_agents_points`).
    3. One set of odds ratios serves all cut-points of the 0-10 scale; `diagnostics` shows the two
       that matter (6|7 and 8|9) fitted apart.
    4. Given behaviours and contexts, who answers does not depend on the answer. Effects are
       averaged over all invited customers, but dissatisfaction that silences cannot be corrected.
    5. A behaviour that was not measured in a survey's calls is unknown, never zero: it is given its
       conditional mean and a missing-indicator.
    6. Behaviours are taken as measured. Without an audit, measurement noise draws effects towards
       zero.

What is never claimed
    That a behaviour *causes* an answer: "goes with", never "leads to". A predicted answer of a
    person: only "of n similar past calls, k became Detractors". A rank without its range, or an
    effect without its interval. Anything about a segment of its own with fewer than 200 answers,
    50 Promoters or 50 Detractors: its estimates lean on the others, are marked `borrowed`, and the
    verdict is "not enough data".

Why believe it
    `models.simulate` makes contact centres whose true effects are known, by intervention and with
    another link than the one fitted; the tests recover them, hold the permutation null, and compare
    the likelihood with an independent implementation.
"""
