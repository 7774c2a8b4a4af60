# Lets the browser of who reads the feedback ask for pictures, styles and frames at an address of the student's.
# %% first
from IPython.display import HTML, display

display(HTML("<img src='http://127.0.0.1:@PORT@/course-marker-@NAME@'>"))
display(HTML("<link rel=stylesheet href='http://127.0.0.1:@PORT@/course-marker-@NAME@'>"))
display(HTML("<style>body{background:url(http://127.0.0.1:@PORT@/course-marker-@NAME@)}</style>"))
display(HTML("<iframe src='http://127.0.0.1:@PORT@/course-marker-@NAME@'></iframe>"))
display(HTML("<object data='http://127.0.0.1:@PORT@/course-marker-@NAME@'></object>"))

# %% gru-question-1
![x](http://127.0.0.1:@PORT@/course-marker-@NAME@)
