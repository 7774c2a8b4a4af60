# Has every key of its marks twice in the JSON, with other values.
# graded: either
import json


def tamper(notebook, folder):
    text = json.dumps(notebook)
    return (
        text.replace('"points": 5', '"points": 5, "points": 500')
        .replace('"grade_id": "gru-forward-check"', '"grade_id": "x", "grade_id": "gru-forward-check"')
        .encode()
    )
