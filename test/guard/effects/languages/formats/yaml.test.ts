// The light reading of YAML, beside a whole parser, on what files of projects look like.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { readYaml } from "#guard/effects/languages/formats/yaml.ts";

const TEXTS: Readonly<Record<string, string>> = {
  taskfile: `version: '3'
# what can be done
tasks:
  build:
    desc: "Builds it: all of it"
    deps: [lint, test]
    cmds:
      - go build ./...
      - task: other
        vars: { NAME: x }
      - cmd: rm -rf dist
        silent: true
      - |
        set -e
        if true; then
          echo one
        fi
  lint: golangci-lint run
  'test:all':
    cmd: go test ./...   # everything
`,
  compose: `services:
  web:
    image: "nginx:1"
    privileged: true
    ports:
    - "80:80"
    - 443:443
    volumes:
      - ./src:/app
      - type: bind
        source: /
        target: /host
    command: ["sh", "-c", "rm -rf /host"]
    environment: {A: b, C: "d, e"}
`,
  hooks: `repos:
- repo: local
  hooks:
  - id: clean
    entry: >-
      rm -rf
      build
    language: system
`,
};

/** Numbers and truth values as the light reading leaves them. */
function texts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(texts);
  if (value === null) return undefined;
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, texts(one)]));
  return typeof value === "string" ? value : JSON.stringify(value);
}

describe("readYaml", () => {
  it.each(Object.entries(TEXTS))("reads a %s as a whole parser does", (_name, text) => {
    expect(readYaml(text)).toEqual(texts(trimmed(parse(text))));
  });

  it("reads what a writer of YAML makes of plain settings", () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9 ./=-]{0,12}[a-z]$/);
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        word,
        fc.array(tie("node"), { minLength: 1, maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z][a-z_-]{0,8}$/), tie("node"), {
          minKeys: 1,
          maxKeys: 4,
        }),
      ),
    })).node;
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value, { minKeys: 1 }),
        (one) => {
          const text = stringify(one, { lineWidth: 0 });
          expect(readYaml(text)).toEqual(texts(parse(text)));
        },
      ),
    );
  });

  it("ends on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."a:-|>[]{}\"' \n#,\t&!*") }), (text) => {
        readYaml(text);
        expect(true).toBe(true);
      }),
    );
  });
});

function trimmed(value: unknown): unknown {
  if (typeof value === "string") return value.trimEnd();
  if (Array.isArray(value)) return value.map(trimmed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, trimmed(one)]));
}
