"""Sphinx's settings for the course's site. `course site` uses them. A page loads nothing from elsewhere."""

from course_utils.translation import language as spoken_language

project = "Gated and deep recurrent networks"
html_title = project
copyright = "the course's authors; text CC BY 4.0, code MIT"
language = {"zh": "zh_CN"}.get(spoken_language(), "en")

extensions = ["myst_nb", "sphinx.ext.autodoc", "course_utils.site.languages", "course_utils.site.mathematics"]
exclude_patterns = ["**/.*"]
default_role = "code"  # docstrings write code as Markdown does
autodoc_typehints = "none"  # docstrings say shapes and units, which the types do not
python_maximum_signature_line_length = 80

nb_execution_mode = "off"  # chapters are saved with their outputs
nb_merge_streams = True
nb_render_markdown_format = "myst"  # tables and equations in a cell's output
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no script from elsewhere: explorers.js starts what moves
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "drawn"

highlight_language = "none"  # for commands and their output; notebooks name Python
pygments_style = "friendly"
pygments_dark_style = "github-dark"

html_theme = "furo"
html_static_path = ["course.css", "explorers.js"]
html_css_files = ["course.css"]
html_js_files = [("explorers.js", {"defer": "defer"})]
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # a summary is fetched, which a page from the disk may not do
html_theme_options = {"navigation_with_keys": True}
