// What may be signed for a held call: commits and tags as git writes them, and nothing that only looks like one.
import { describe, expect, it } from "vitest";
import { PAYLOAD_BYTES_MAX, signedPayload } from "#surface/services/hold/signing/signed-payload.ts";

const TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const LONG = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";
const ADA = "Ada Lovelace <ada@example.test> 1700000000 +0100";
const COMMIT = [`tree ${TREE}`, `parent ${TREE}`, `author ${ADA}`, `committer ${ADA}`];
const TAG = [`object ${TREE}`, "type commit", "tag v1.0.0", `tagger ${ADA}`];
const text = (lines: readonly string[], message = "A message\n"): string =>
  `${lines.join("\n")}\n\n${message}`;
const read = (source: string) => signedPayload(Buffer.from(source, "latin1"));

describe("is signed", () => {
  it.each([
    ["a commit", text(COMMIT), "commit", TREE],
    ["a first commit", text([COMMIT[0] ?? "", ...COMMIT.slice(2)]), "commit", TREE],
    ["a commit of two parents", text(COMMIT.toSpliced(1, 0, `parent ${TREE}`)), "commit", TREE],
    [
      "a commit by another hash",
      text(COMMIT.map((line) => line.replace(TREE, LONG))),
      "commit",
      LONG,
    ],
    ["a commit without a message", text(COMMIT, ""), "commit", TREE],
    [
      "a commit in another encoding",
      text([...COMMIT, "encoding ISO-8859-1"], "gr\xfc\xdfe\n"),
      "commit",
      TREE,
    ],
    [
      "a merge of a signed tag",
      text([...COMMIT, `mergetag object ${TREE}`, " type commit", " tag v1", " ", " A tag"]),
      "commit",
      TREE,
    ],
    [
      "a maker without a name",
      text(COMMIT.map((l) => l.replace("Ada Lovelace <", "<"))),
      "commit",
      TREE,
    ],
    ["a message of headers", text(COMMIT, `tree ${TREE}\ngpgsig x\n`), "commit", TREE],
    ["a tag", text(TAG), "tag", TREE],
    ["a tag of a tag", text(TAG.with(1, "type tag")), "tag", TREE],
  ])("%s", (_, source, kind, object) => {
    expect(read(source)).toEqual({ kind, object });
  });
});

describe("is not signed", () => {
  it.each([
    ["nothing", ""],
    [
      "what a server of ssh asks to be signed",
      "\0\0\0\x20aaaabbbbccccddddaaaabbbbccccdddd\x32\0\0\0\x03ada\0\0\0\x0essh-connection\0\0\0\x09publickey",
    ],
    ["an envelope of ssh signatures", "SSHSIG\0\0\0\x04file\0\0\0\0"],
    ["a letter", "From: ada@example.test\nTo: bank@example.test\n\nSend all of it.\n"],
    ["a letter behind the first line of a commit", text([`tree ${TREE}`, "Send all of it."])],
    ["a push", text(["certificate version 0.1", `pusher ${ADA}`, "pushee https://example.test"])],
    ["a release file", `tree ${TREE} v1.tar.gz\n\nx`],
    ["a commit with a NUL in its message", text(COMMIT, "one\0two")],
    ["a commit with a NUL in its head", text(COMMIT.with(2, `author Ada\0 <a@b> 1 +0000`))],
    ["a commit that is signed already", text([...COMMIT, "gpgsig -----BEGIN", " x"])],
    ["a commit of two trees", text([...COMMIT, `tree ${TREE}`])],
    ["a commit of two makers", text([...COMMIT, `author ${ADA}`])],
    ["a commit without a committer", text(COMMIT.slice(0, 3))],
    ["a commit in another order", text([COMMIT[0] ?? "", COMMIT[3] ?? "", COMMIT[2] ?? ""])],
    ["a commit of capitals", text(COMMIT.with(0, `tree ${TREE.toUpperCase()}`))],
    ["a commit of a short name", text(COMMIT.with(0, `tree ${TREE.slice(1)}`))],
    ["a commit of a name between the lengths", text(COMMIT.with(0, `tree ${TREE}ab`))],
    ["a maker without a time", text(COMMIT.with(2, "author Ada <ada@example.test>"))],
    ["a maker of two addresses", text(COMMIT.with(2, "author Ada <a@b> <c@d> 1 +0000"))],
    ["a commit that never ends its head", COMMIT.join("\n")],
    ["a header without words", text([...COMMIT, "x"])],
    ["a head that goes on before it began", text([...COMMIT, " x"])],
    ["a tag without a tagger", text(TAG.slice(0, 3))],
    ["a tag of a file for the press", text(TAG.with(1, "type release"))],
    ["a tag with a further header", text([...TAG, "note x"])],
    ["a tag whose name is none", text(TAG.with(2, "tag v1 final"))],
    ["what is too large", text(COMMIT, "x".repeat(PAYLOAD_BYTES_MAX))],
    ["a head that is too long", text([...COMMIT, ...Array.from({ length: 20_001 }, () => "a b")])],
  ])("%s", (_, source) => {
    expect(read(source)).toEqual({ kind: "refused", why: expect.any(String) });
  });
});
