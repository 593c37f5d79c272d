// Ignore files, `.env` parity and the section of a CLAUDE.md, as texts.
import { describe, expect, it } from "vitest";
import { envParity, parseEnv, withMissing } from "../../../src/govern/ignores/env-parity.ts";
import {
  denyRules,
  GITIGNORE_LINES,
  isAboutSecrets,
  parseIgnoreFile,
  samplePath,
} from "../../../src/govern/ignores/ignore-file.ts";
import {
  prohibitionsIn,
  securitySection,
  withSection,
} from "../../../src/govern/ignores/security-section.ts";

describe("an ignore file", () => {
  it("is read by gitignore(5)", () => {
    const text =
      "# comment\r\n\n\\#file\n!keep \n\\!name\na\\ \n/top\nsub/dir\n**/deep/\nx/**\n/\n";
    expect(
      parseIgnoreFile(text).map(({ line, pattern, isNegated, isAnchored, isDirectory }) =>
        [line, pattern, isNegated && "!", isAnchored && "anchored", isDirectory && "folder"]
          .filter((part) => part !== false)
          .join(" "),
      ),
    ).toEqual([
      "3 #file",
      "4 keep !",
      "5 !name",
      "6 a\\ ",
      "7 top anchored",
      "8 sub/dir anchored",
      "9 **/deep folder",
      "10 x/** anchored",
    ]);
  });
  it.each([
    [".env", ".env", ["**/.env"]],
    ["secrets/", "secrets/any", ["**/secrets/**"]],
    ["*.pem", "any.pem", ["**/*.pem"]],
    ["*credentials*", "anycredentialsany", ["**/*credentials*", "**/*credentials*/**"]],
    ["config/production.yml", "config/production.yml", ["./config/production.yml"]],
    ["data/users/", "data/users/any", ["./data/users/**"]],
    ["/id_[rd]sa?", "id_rsaa", ["./id_[rd]sa?", "./id_[rd]sa?/**"]],
  ])("says of `%s` a path `%s` and these rules", (line, sample, places) => {
    const [entry] = parseIgnoreFile(line);
    if (entry === undefined) throw new Error("no entry");
    expect(samplePath(entry)).toBe(sample);
    expect(denyRules(entry)).toEqual(
      places.flatMap((place) => [`Read(${place})`, `Edit(${place})`]),
    );
  });
  it("never denies `.env.example`, whatever takes it in a `.gitignore`", () => {
    const [entry] = parseIgnoreFile(".env.*");
    if (entry === undefined) throw new Error("no entry");
    expect(denyRules(entry)).toContain("Read(**/.env.production)");
    expect(denyRules(entry).join()).not.toMatch(/\*\)|example/);
    expect(GITIGNORE_LINES.indexOf("!.env.example")).toBeGreaterThan(
      GITIGNORE_LINES.indexOf(".env.*"),
    );
  });
  it("is about secrets or about build output", () => {
    const about = [".env.*", "*.pem", "my-credentials/", ".ssh/", "*.tfvars"];
    expect(about.filter((pattern) => !isAboutSecrets(pattern))).toEqual([]);
    expect(["dist/", "*.log", ".environment", "keynote"].filter(isAboutSecrets)).toEqual([
      ".environment",
    ]);
  });
});

describe("an `.env` file and its example", () => {
  it("are compared by names, and by values that are the same and no placeholders", () => {
    expect(parseEnv("export A='x y' # c\n#B=1\nC=plain # note\nnot a line\n")).toEqual([
      { name: "A", value: "x y", line: 1 },
      { name: "C", value: "plain", line: 3 },
    ]);
    const env = "A=k3f9s8d7f6g5\nB=2\nC=change-me-now\nD=development\n";
    const example = "A=k3f9s8d7f6g5\nC=change-me-now\nD=development\nX=1\n";
    expect(envParity(env, example)).toEqual({ missing: ["B"], real: [{ name: "A", line: 1 }] });
    expect(withMissing("A=1", ["B"])).toBe("A=1\nB=change-me\n");
    expect(withMissing(undefined, ["B"])).toBe("B=change-me\n");
  });
});

describe("a CLAUDE.md", () => {
  it("gets the section once, and keeps what stands around it", () => {
    const first = withSection("# Project\n", securitySection({ team: "a@example.org" }));
    expect(first).toContain("- Security team: a@example.org");
    const second = withSection(`${first}\n## After\n`, securitySection({ channel: "#security" }));
    expect(second).toMatch(/^# Project\n\n<!--/);
    expect(second).toMatch(/## After\n$/);
    expect(second).not.toContain("a@example.org");
    expect(second.match(/## Security/g)).toHaveLength(1);
  });
  it("forbids with words what it names between backticks, its own section aside", () => {
    const text =
      "Use `npm test`.\nNever run `rm -rf /`.\n- You must not edit `.env`\nDon't panic.\n";
    expect(prohibitionsIn(withSection(text, securitySection({})))).toEqual([
      { line: 2, subject: "rm -rf /" },
      { line: 3, subject: ".env" },
    ]);
  });
});
