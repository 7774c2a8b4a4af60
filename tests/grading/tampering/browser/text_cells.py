# Writes scripts into its text cells, its written answer and its attachments.
# %% gru-question-1
<script>window.tampered='@NAME@'</script>
<img src=x onerror="window.tampered='@NAME@'">
[x](javascript:window.tampered='@NAME@') <svg/onload=window.tampered='@NAME@'>
<iframe src="javascript:parent.window.tampered='@NAME@'"></iframe>

$$\href{javascript:window.tampered='@NAME@'}{x}$$ $\unicode{<img src=x onerror=window.tampered=1>}$

# %% first markdown
</div></body><script>window.tampered='@NAME@'</script>

```
</code></pre><script>window.tampered='@NAME@'</script>
```
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.tampered='@NAME@'&gt;">
