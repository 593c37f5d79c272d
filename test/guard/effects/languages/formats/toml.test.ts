// The light reading of TOML on what files of projects look like.
import fc from "fast-check";
import { expect, it } from "vitest";
import { readToml } from "#guard/effects/languages/formats/toml.ts";

const PYPROJECT = `# a project
[project]
name = "shop"   # its name
dependencies = [
  "requests>=2", # one
  'click',
]
[tool.poe.tasks]
build = "python -m build"
clean = { cmd = "rm -rf dist", help = "it's gone" }
"all" = ["build", {ref = "clean"}]
tool.deep.x = 1
[tool.poe.tasks.serve]
shell = """
set -e
echo "x"
"""
[[tool.x]]
run = 'a"b'
`;

it("reads a pyproject.toml", () => {
  expect(readToml(PYPROJECT)).toEqual({
    project: { name: "shop", dependencies: ["requests>=2", "click"] },
    tool: {
      poe: {
        tasks: {
          build: "python -m build",
          clean: { cmd: "rm -rf dist", help: "it's gone" },
          all: ["build", { ref: "clean" }],
          tool: { deep: { x: "1" } },
          serve: { shell: 'set -e\necho "x"\n' },
        },
      },
      x: { run: 'a"b' },
    },
  });
});

it("ends on any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."a=.[]{}\"' \n#,\\") }), (text) => {
      expect(typeof readToml(text)).toBe("object");
    }),
  );
});
