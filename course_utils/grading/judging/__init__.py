"""Judging one notebook: made anew, run in a sandbox, its checks asked from outside, its outputs cleaned."""
