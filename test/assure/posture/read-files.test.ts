// Which files of a repository an audit reads, what it keeps of those with secrets, and which it follows from others.
import { describe, expect, it } from "vitest";
import { namedFiles } from "#assure/posture/inputs/named-files.ts";
import { interestIn, leadsOut } from "#assure/posture/inputs/of-interest.ts";
import type { SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { NOT_KEPT, withoutValues } from "#assure/posture/inputs/without-values.ts";

const file = (path: string, text: string) => ({ path, text }) as SeenFile;

describe("files of an audit", () => {
  it.each([
    ...[
      "setup.py",
      "crates/a/build.rs",
      "security/exceptions.yml",
      "app.code-workspace",
      "deploy/claude.cmd",
    ],
    ...[
      ".asf.yaml",
      "cloudbuild.yaml",
      ".gitea/workflows/a.yaml",
      "lefthook.toml",
      ".mise.local.toml",
    ],
    ...["plugins/a/agents/b.md", "githooks/pre-push", "config/.env.sample", "infra/prod.tfvars"],
  ])("are read: %s", (path) => {
    expect(interestIn(path)).toBe("read");
  });
  it.each([".env", "a/.env.local", "certs/server.key", "id_ed25519", "service-account.json"])(
    "are read without values: %s",
    (path) => {
      expect(interestIn(path)).toBe("names");
    },
  );
  it.each(["store.jks", "src/index.ts", "docs/guide.md"])("are not read: %s", (path) => {
    expect(interestIn(path)).not.toBe("read");
    expect(interestIn(path)).not.toBe("names");
  });
});

describe("a file of secrets", () => {
  it("keeps the names of variables, empty values and placeholders", () => {
    const text = "# note hunter2\nexport A=hunter2\nB=\nC=change-me\nD: 'hunter2'\nloose hunter2\n";
    expect(withoutValues(".env", text)).toBe(
      `\nexport A=${NOT_KEPT}\nB=\nC=change-me\nD:${NOT_KEPT}\n\n`,
    );
  });
  it("keeps the first and last line of a key", () => {
    const kind = "EC PRIVATE KEY";
    const text = `-----BEGIN ${kind}-----\nMHcCAQEE\n-----END ${kind}-----\n`;
    expect(withoutValues("a.key", text)).toBe(`-----BEGIN ${kind}-----\n\n-----END ${kind}-----\n`);
  });
  it("keeps the keys of a JSON and what kind of account it is", () => {
    const text = '{"type":"service_account","private_key":"x\\"y","client_id":"10293","n":4711}';
    const kept = withoutValues("credentials.json", text);
    expect(JSON.parse(kept)).toEqual({
      type: "service_account",
      private_key: NOT_KEPT,
      client_id: NOT_KEPT,
      n: 0,
    });
  });
});

describe("files that others name", () => {
  it("are imports of instructions and scripts of settings and packages", () => {
    const named = namedFiles([
      file("web/CLAUDE.md", "See @docs/api.md, @../style.md, @~/own.md and `@not.md`.\n"),
      file(
        ".claude/settings.json",
        '"command": "python3 \\"$CLAUDE_PROJECT_DIR\\"/guards/a.py --strict"',
      ),
      file("web/package.json", '"postinstall": "node build/install.js"'),
      file("src/a.ts", "node build/other.js"),
    ]);
    expect(named).toEqual(
      expect.arrayContaining([
        "web/docs/api.md",
        "style.md",
        "guards/a.py",
        "web/build/install.js",
      ]),
    );
    expect(named.some((path) => /own|not|other/.test(path))).toBe(false);
  });
});

describe("a link", () => {
  it.each([
    ["a/b", "../../x", true],
    ["a/b", "../x", false],
    ["b", "/etc/passwd", true],
    ["a/b", "c/../../../x", true],
    ["a/b", "./c", false],
  ])("at %s to %s leads out: %s", (path, target, isOut) => {
    expect(leadsOut(path, target)).toBe(isOut);
  });
});
