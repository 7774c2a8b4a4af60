# Uses IPython's magics and shell commands.
# %% first
%matplotlib inline
!ls
%time sum(range(100))
%env COLOUR=blue
%pip --version
%load_ext autoreload
%autoreload 2

# %% before gru-forward-check
%%time
total = sum(range(10))

# %% last
%%bash
echo done
