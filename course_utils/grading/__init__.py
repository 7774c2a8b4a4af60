"""What instructors use: build, grade, report. Outside the sandbox; nothing of it can be imported inside."""

import sys

# jsonschema imports it when it is there, and then makes a grammar of international addresses: nearly a second in each
# process, and no notebook is checked for such addresses.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
