# Takes the reset gate for the long memory, and joins outputs instead of states; swaps the shares of Z.
