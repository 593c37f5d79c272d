// The words with which git asks for signatures, and what is close to them.
import { describe, expect, it } from "vitest";
import { signingWords } from "#surface/services/hold/signing/signing-words.ts";

const read = (line: string) => signingWords(line.split(" "));

describe("words of git", () => {
  it.each([
    ["-Y sign -n git -f /home/a/k.pub /tmp/b", { kind: "ssh-sign", isLiteral: false }],
    [
      "-Y sign -n git -f /tmp/key -U /tmp/b",
      { kind: "ssh-sign", isLiteral: true, key: "/tmp/key" },
    ],
    ["-Y find-principals -f /a -s /tmp/s", { kind: "ssh-look", verb: "find-principals" }],
    [
      "-Y find-principals -f /a -s /tmp/s -Overify-time=20260101120000",
      { kind: "ssh-look", time: "-Overify-time=20260101120000" },
    ],
    ["-Y verify -n git -f /a -I ada@b -s /tmp/s", { kind: "ssh-look", principal: "ada@b" }],
    ["-Y verify -n git -f /a -I ada@b -s /tmp/s -r /r", { kind: "ssh-look", signers: "/a" }],
    ["--status-fd=2 -bsau ABCD", { kind: "gpg-sign", key: "ABCD" }],
    ["--keyid-format=long --status-fd=1 --verify /tmp/s -", { kind: "gpg-look" }],
  ])("%s", (line, expected) => {
    expect(read(line)).toMatchObject(expected);
  });
  it("names a person by more than one word", () => {
    const words = ["--status-fd=2", "-bsau", "Ada Lovelace <ada@example.test>"];
    expect(signingWords(words)).toEqual({ kind: "gpg-sign", key: words[2] });
  });
});

describe("other words are not taken", () => {
  it.each([
    "",
    "-Y sign -n file -f /k /tmp/b",
    "-Y sign -n git@example -f /k /tmp/b",
    "-Y sign -f /k /tmp/b",
    "-Y sign -n git -f /k /tmp/b /tmp/c",
    "-Y sign -n git -f /k -O hashalg=sha256 /tmp/b",
    "-Y sign -n git -n file -f /k /tmp/b",
    "-Y sign -n git -f -D /tmp/b",
    "-Y sign -n git -f /k -U -U /tmp/b",
    "-Y verify -n file -f /a -I ada -s /tmp/s",
    "-Y verify -n git -f /a -I -s /tmp/s",
    "-Y verify -n git -f /a -I ada -s /tmp/s -O print-pubkey",
    "-Y find-principals -f /a -s /tmp/s -Overify-time=1 -Overify-time=2",
    "-Y match-principals -I ada -f /a",
    "-D /usr/lib/pkcs11.so",
    "-y -f /home/a/.ssh/id_ed25519",
    "--status-fd=2 -bsau ABCD /home/a/.ssh/id_ed25519",
    "--status-fd=2 -bsau --output=/home/a/.profile",
    "--status-fd=2 --output x -bsau ABCD",
    "--export-secret-keys",
    "--status-fd=2 --clearsign ABCD",
    "--keyid-format=long --status-fd=1 --verify /tmp/s /home/a/file",
    "--keyid-format=long --status-fd=1 --keyserver hkp://x --verify /tmp/s -",
  ])("%s", (line) => {
    expect(read(line)).toBeUndefined();
  });
  it("with a line break in a name", () => {
    expect(signingWords(["--status-fd=2", "-bsau", "a\nb"])).toBeUndefined();
  });
});
