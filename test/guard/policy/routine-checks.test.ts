// Tests, builds and checks by their command lines, and what only looks like one.
import { describe, expect, test } from "vitest";
import { isRoutineCheck } from "#guard/policy/remembered/routine-checks.ts";

const words = (line: string): readonly (string | undefined)[] =>
  line.split(" ").map((word) => (word === "?" ? undefined : word));

describe("a routine check", () => {
  test.each([
    ...[
      "npm test",
      "npm t",
      "npm run lint",
      "npm run test:unit -- --watch",
      "yarn build",
      "pnpm run typecheck",
    ],
    ...[
      "npm start",
      "npm run dev",
      "npx tsc --noEmit",
      "npx --no-install eslint src --fix",
      "pnpm exec vitest run",
    ],
    ...[
      "pytest -q tests/a.py",
      "python3 -m pytest",
      ".venv/bin/python -m unittest",
      "uv run pytest",
      "poetry run mypy src",
    ],
    ...[
      "make",
      "make check",
      "make CC=clang test",
      "cargo clippy --all-targets",
      "cargo nextest run",
      "go vet ./...",
    ],
    ...[
      "mvn -o -q clean test",
      "terraform -chdir=infra validate",
      "./mvnw verify",
      "./gradlew :app:testDebug",
      "node --test test/a.mjs",
      "bundle exec rspec",
    ],
    ...["node_modules/.bin/jest", "dotnet test", "composer test", "pre-commit run", "just lint"],
  ])("%s", (line) => {
    expect(isRoutineCheck(words(line))).toBe(true);
  });

  test.each([
    ...[
      "npm run deploy",
      "npm publish",
      "npm run",
      "npm install",
      "npm exec left-pad",
      "npx left-pad",
      "yarn add x",
    ],
    ...[
      "node server.mjs",
      "python3 -m http.server",
      "python3 tests/a.py",
      "python3 -c test",
      "make deploy",
      "make -C sub build",
    ],
    ...[
      "cargo run",
      "cargo publish",
      "go run .",
      "go install ./...",
      "mvn deploy",
      "mvn",
      "gradle publish",
      "bash test.sh",
    ],
    ...[
      "npm test ?",
      "? test",
      "pytest ../elsewhere/a.py",
      "pytest /etc/a.py",
      "eslint --config=/tmp/x.js src",
      "npm run release:test",
    ],
    ...[
      "pnpm dlx eslint",
      "npx eslint --resolve-plugins-relative-to=../x",
      "testify",
      "docker build .",
      "terraform test",
    ],
  ])("%s is none", (line) => {
    expect(isRoutineCheck(words(line))).toBe(false);
  });
});
