"""Prints the first sheet of a workbook as JSON: its name, what is frozen, the filter, and every cell
with its type (s text, n number)."""
import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
rows = [[[cell.data_type, cell.value] for cell in row] for row in sheet.iter_rows()]
print(json.dumps({
    "sheet": sheet.title,
    "frozen": sheet.freeze_panes,
    "filter": sheet.auto_filter.ref,
    "rows": rows,
}))
