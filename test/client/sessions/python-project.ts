// Ordinary work in a Python project with a virtual environment and pytest.
import {
  changing,
  COMMON_FILES,
  DELEGATING,
  looking,
  STOPPED,
  SUB_AGENT,
  served,
} from "./common-actions.ts";
import type { OrdinaryProject } from "./ordinary-session.ts";

const LANDMARKS = {
  source: "src/shop/prices.py",
  word: "total",
  old: "def total",
  edited: "# Adds up.\ndef total",
  folder: "src",
  pattern: "*.py",
};

export const project: OrdinaryProject = {
  name: "shop-api",
  programs: ["/usr/bin/python3", "/usr/bin/pytest-3"],
  files: {
    ...COMMON_FILES,
    "pyproject.toml":
      '[project]\nname = "shop-api"\nversion = "1.0.0"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    "requirements.txt": "",
    "src/shop/__init__.py": "",
    "src/shop/prices.py": "def total(items):\n    return sum(item['price'] for item in items)\n",
    "src/shop/shop_server.py":
      "from http.server import BaseHTTPRequestHandler, HTTPServer\n\n\nclass Hello(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        self.wfile.write(b'hello from api\\n')\n\n\nif __name__ == '__main__':\n    HTTPServer(('127.0.0.1', 3124), Hello).serve_forever()\n",
    "tests/test_prices.py":
      "from shop.prices import total\n\n\ndef test_total():\n    assert total([{'price': 2}, {'price': 3}]) == 5\n",
    "scripts/report.py": "print('3 items')\n",
    Makefile: "test:\n\tpython3 -m pytest -q\n\n.PHONY: test\n",
    ".gitignore": ".venv\n__pycache__\n.pytest_cache\n.env\n",
    "data/items.csv": "name,price\nhat,2\nbag,3\n",
    "data/items.json": '{"items": [{"name": "hat", "price": 2}]}\n',
  },
  before: "/usr/bin/python3 -m venv --system-site-packages --without-pip .venv",
  actions: [
    ...looking(LANDMARKS),
    { call: "cat pyproject.toml requirements.txt", expect: "runs" },
    { call: "python3 --version", expect: "runs", shows: /Python 3/ },
    { call: "python3 -c 'print(1 + 1)'", expect: "runs", shows: /2/ },
    {
      call: 'python3 -c "import sys, platform; print(platform.system(), sys.version_info[0])"',
      expect: "runs",
      shows: /Linux 3/,
    },
    {
      call: "python3 -c \"import json; print(json.load(open('data/items.json'))['items'][0]['name'])\"",
      expect: "runs",
      shows: /hat/,
    },
    { call: "python3 -m pytest -q", expect: "asks-unheld", shows: /1 passed/ },
    {
      call: "source .venv/bin/activate && python -m pytest -q tests/test_prices.py",
      expect: "asks-unheld",
      shows: /1 passed/,
    },
    { call: "pytest-3 -q -k total", expect: "asks-unheld", shows: /1 passed/ },
    { call: "make test", expect: "asks-unheld", shows: /1 passed/ },
    { call: "python3 scripts/report.py", expect: "asks-unheld", shows: /3 items/ },
    {
      call: "PYTHONPATH=src python3 -c 'from shop.prices import total; print(total([]))'",
      expect: "asks-unheld",
      shows: /0/,
    },
    { call: "python3 -m py_compile src/shop/prices.py", expect: "runs" },
    { call: "python3 -m json.tool data/items.json", expect: "runs", shows: /hat/ },
    { call: "jq '.items | length' data/items.json", expect: "runs", shows: /1/ },
    {
      call: "awk -F, 'NR > 1 { sum += $2 } END { print sum }' data/items.csv",
      expect: "runs",
      shows: /5/,
    },
    { call: "sort -t, -k2 data/items.csv | cut -d, -f1", expect: "runs" },
    { call: ".venv/bin/python -m pytest -q", expect: "asks-unheld", shows: /1 passed/ },
    { call: "pip3 --version || true", expect: "runs" },
    { call: "ls .venv/bin", expect: "runs", shows: /python/ },
    ...changing(LANDMARKS),
    {
      call: {
        name: "Write",
        input: {
          file_path: "<project>/src/shop/half.py",
          // Another length than after the edit: Python goes by seconds and length where it keeps what it compiled.
          content: "def half(price):\n    return price / 3.0\n",
        },
      },
      expect: "edits",
    },
    {
      call: {
        name: "Write",
        input: {
          file_path: "<project>/tests/test_half.py",
          content: "from shop.half import half\n\n\ndef test_half():\n    assert half(4) == 2\n",
        },
      },
      expect: "edits",
    },
    { call: "python3 -m pytest -q 2>&1 | tail -5", expect: "asks-unheld", shows: /1 failed/ },
    { call: "sed -i 's#price / 3.0#price / 2#' src/shop/half.py", expect: "runs" },
    { call: "python3 -m pytest -q 2>&1 | tail -5", expect: "asks-unheld", shows: /2 passed/ },
    { call: "python3 src/shop/shop_server.py", expect: "asks-unheld", isBackground: true },
    served(3124, /hello from api/),
    { call: "pkill -f 'shop/shop_serve[r].py'", expect: "runs", yet: "asks-unheld" },
    { call: "find . -name __pycache__ -type d | head", expect: "runs" },
    { call: "rm -rf .pytest_cache", expect: "runs" },
    { call: "diff data/items.csv data/items.json | head -3", expect: "runs" },
    DELEGATING,
    ...STOPPED,
    { call: "pip3 install requests", expect: "asks", isRefusedByPerson: true },
    { call: "python3 -c \"print(open('.env').read())\"", expect: "refused" },
  ],
  subAgents: new Map([SUB_AGENT]),
};
