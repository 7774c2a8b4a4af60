# A notebook file that was cut off while it was copied.
# %% broken
