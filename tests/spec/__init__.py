"""Every behaviour as drawn calls: what a contact-centre expert can read and agree with."""
