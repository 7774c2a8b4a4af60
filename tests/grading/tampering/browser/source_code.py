# Writes scripts into its code: comments, strings, names of cells, the code that a verdict quotes.
# %% gru-params
# </code></pre></div><script>window.tampered='@NAME@'</script>
def get_params(*a):
    raise ValueError  # <script>window.tampered='@NAME@'</script>

# %% first
%%html
<script>window.tampered='@NAME@'</script>

# %% last
%%javascript
window.tampered='@NAME@'
