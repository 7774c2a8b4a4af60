# Writes scripts into ids, titles, tags, names and languages of the notebook's metadata.
# graded: either
def tamper(notebook, folder):
    run = "\"><script>window.tampered='@NAME@'</script>"
    notebook["metadata"]["title"] = run
    notebook["metadata"]["language_info"] = {"name": "python", "pygments_lexer": run, "mimetype": run}
    notebook["metadata"]["authors"] = [{"name": run}]
    notebook["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"state": {"a": "</script>" + run}, "version_major": 2}
    }
    for cell in notebook["cells"][:3]:
        cell["id"] = run
        cell["metadata"].update(tags=[run], name=run, jupyter={"source_hidden": run})
    notebook["cells"][0]["attachments"] = {run: {run: run}}
