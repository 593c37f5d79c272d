// Files and directories that Python makes up a name for: new ones where the system keeps such, and no place that holds something.
import { afterAll, expect, it } from "vitest";
import { judgeCommand, makeProject } from "../../../judging.ts";

const project = makeProject();
afterAll(() => project.remove());
const python = (code: string): string => `python3 -c '${code}'`;

it.each([
  'import tempfile; f = tempfile.NamedTemporaryFile(); f.write(b"x")',
  "import tempfile; print(tempfile.mkdtemp())",
  'import tempfile; print(tempfile.mkdtemp(prefix="shop-"))',
])("is no control of the session: %s", async (code) => {
  const { verdict, effects } = await judgeCommand(project, python(code));
  expect(effects.filter(({ kind }) => kind === "tamper" || kind === "persist")).toEqual([]);
  expect(verdict).not.toBe("deny");
});

it.each([
  'import tempfile; tempfile.mkdtemp(dir="/etc")',
  "import tempfile, sys; tempfile.mkdtemp(prefix=sys.argv[1])",
  'import tempfile; tempfile.mkstemp(dir=".git/hooks")',
  'import tempfile; tempfile.mkstemp(prefix="../etc/cron.d/x")',
  'import tempfile; tempfile.mkstemp(prefix="../etc/profile.d/x", suffix=".sh")',
])("is judged where it may lie: %s", async (code) => {
  expect((await judgeCommand(project, python(code))).verdict).not.toBe("allow");
});
