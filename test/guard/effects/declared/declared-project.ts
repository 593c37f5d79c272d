// A project whose files name packages for managers of four languages, as tests of declared installs change it.
import { judgeCommand, type TestProject } from "../../../judging.ts";
import { type Files, place } from "../locks/npm-project.ts";

export const PACKAGE = {
  name: "shop",
  version: "1.0.0",
  dependencies: { express: "^5.0.0", "@acme/ui": "~2.1.0", old: "npm:older@^1.0.0" },
  devDependencies: { vitest: "^3.0.0" },
};

export const manifest = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ ...PACKAGE, ...change });

export const DECLARED_FILES: Files = {
  "package.json": manifest(),
  "package-lock.json": "{}\n",
  "web/package.json": JSON.stringify({ name: "web", dependencies: { react: "^19.0.0" } }),
  "requirements.txt":
    "# what it needs\nrequests[socks]==2.32.0 ; python_version >= '3.9'\nDjango>=5,<6\n",
  "requirements-dev.txt": "-r requirements.txt\npytest\n",
  "pyproject.toml":
    '[project]\nname = "shop"\ndependencies = ["httpx>=0.27"]\n\n[project.optional-dependencies]\ndev = ["ruff"]\n\n[tool.poetry.dependencies]\npython = "^3.11"\nattrs = { version = "^25.0", extras = ["dev"] }\n',
  Pipfile: '[packages]\nflask = "*"\n\n[dev-packages]\nmypy = {version = "*"}\n',
  Gemfile:
    'source "https://rubygems.org"\n\nruby "3.3.0"\n\ngem "rails", "~> 8.0"\ngem "puma", ">= 5", require: false # a server\n\ngroup :development, :test do\n  gem "rspec", platforms: %i[mri windows]\nend\n',
  "Gemfile.lock": "GEM\n",
  "Cargo.toml":
    '[package]\nname = "shop"\n\n[dependencies]\nserde = { version = "1", features = ["derive"] }\nitoa = "1"\n',
  "Cargo.lock": "version = 4\n",
};

/** Whether a command installs something, and all that it installs is declared; files are changed for it, a text that is `""` is taken away. */
export function declaredIn(where: () => TestProject) {
  return async (
    command: string,
    files: Files = {},
    options: Parameters<typeof judgeCommand>[2] = {},
  ): Promise<boolean> => {
    const all = Object.entries({ ...DECLARED_FILES, ...files }).filter(([, text]) => text !== "");
    const clear = place(where(), Object.fromEntries(all));
    try {
      const { effects } = await judgeCommand(where(), command, options);
      const installs = effects.filter((effect) => effect.kind === "install");
      return installs.length > 0 && installs.every(({ declared }) => declared !== undefined);
    } finally {
      clear();
    }
  };
}
