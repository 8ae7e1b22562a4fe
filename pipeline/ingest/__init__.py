"""The user's files become CALLS and SURVEYS; what cannot be used is refused with a reason."""
