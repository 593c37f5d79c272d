// Signed notes, checkpoints and proof files: round trips, the strict spelling, hostile input.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCheckpoint, signCheckpoint } from "#record/log/checkpoint.ts";
import { checkNote, createSigner, parseNote, parseVerifier, signNote } from "#record/log/note.ts";
import { proveInclusion } from "#record/log/proofs/proof.ts";
import { checkProofFile, formatProofFile } from "#record/log/proofs/proof-file.ts";
import { rootOf } from "#record/log/tree.ts";
import { tileSource } from "#record/store/log-reader.ts";
import { filesOf, memoryLog, sampleEntry, signer } from "./memory-log.ts";

const other = createSigner("example.org/other", new Uint8Array(32).fill(9));
const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

describe("signed note", () => {
  const note = signNote("hello\nworld\n", signer);

  it("format.text-empty-line-signature", () => {
    expect(note).toMatch(/^hello\nworld\n\n\u2014 sallyport\/test [A-Za-z0-9+/]{91}=\n$/u);
    const parsed = parseNote(bytes(note));
    expect(parsed?.text).toBe("hello\nworld\n");
    expect(parsed && checkNote(parsed, signer.verifier)).toBe("signed");
  });

  it("key-id.is-the-hash-of-name-type-and-key", () => {
    const [name, keyId, encoded] = signer.verifier.text.split("+");
    const typed = Buffer.from(signer.verifier.text.slice(`${name}+${keyId}+`.length), "base64");
    expect(typed[0]).toBe(1);
    expect(encoded).toBeDefined();
    const hash = createHash("sha256")
      .update("sallyport/test")
      .update(Uint8Array.of(10))
      .update(typed)
      .digest("hex");
    expect(keyId).toBe(hash.slice(0, 8));
    expect(parseVerifier(signer.verifier.text)?.keyId).toBe(signer.verifier.keyId);
  });

  it("verifier-key.refuses-a-wrong-id-or-type", () => {
    const text = signer.verifier.text;
    expect(parseVerifier(text.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))).toBeUndefined();
    expect(parseVerifier(text.slice(0, -2))).toBeUndefined();
    expect(parseVerifier("")).toBeUndefined();
    expect(parseVerifier("a b+00000000+AA==")).toBeUndefined();
  });

  it("verifier-key.any-32-bytes-never-throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const typed = Buffer.concat([Uint8Array.of(1), key]);
        const keyId = createHash("sha256").update("x\n").update(typed).digest("hex").slice(0, 8);
        const verifier = parseVerifier(`x+${keyId}+${typed.toString("base64")}`);
        expect(verifier?.verify(bytes("text"), new Uint8Array(64))).not.toBe(true);
      }),
    );
  });

  it("signatures.of-unknown-keys-are-ignored-and-a-known-bad-one-rejects", () => {
    const second = signNote("hello\nworld\n", other).split("\n\n")[1] ?? "";
    const both = parseNote(bytes(note + second));
    expect(both?.signatures.length).toBe(2);
    expect(both && checkNote(both, signer.verifier)).toBe("signed");
    const forged = parseNote(bytes(note.replace("world", "w0rld")));
    expect(forged && checkNote(forged, signer.verifier)).toBe("bad-signature");
    const foreign = parseNote(bytes(signNote("hello\nworld\n", other)));
    expect(foreign && checkNote(foreign, signer.verifier)).toBe("unknown-key");
    const badAndGood = parseNote(bytes(note + (forgedLine() ?? "")));
    expect(badAndGood && checkNote(badAndGood, signer.verifier)).toBe("bad-signature");
  });

  function forgedLine(): string | undefined {
    return signNote("other text\n", signer).split("\n\n")[1];
  }

  it("signatures.sixteen-are-accepted", () => {
    const lines = Array.from({ length: 15 }, (_, at) => {
      const key = createSigner(`witness.example/${at}`, new Uint8Array(32).fill(at + 20));
      return signNote("hello\nworld\n", key).split("\n\n")[1];
    });
    const parsed = parseNote(bytes(note + lines.join("")));
    expect(parsed?.signatures.length).toBe(16);
    expect(parsed && checkNote(parsed, signer.verifier)).toBe("signed");
  });

  it("hostile.not-a-note", () => {
    const bad = [
      "",
      "\n",
      "x",
      "text\n",
      "text\n\n",
      "text\n\nno dash\n",
      note.slice(0, -1),
      `${note}\n`,
      note.replace("\u2014", "-"),
    ];
    bad.push(
      note.replace("\n", "\r\n"),
      note.replace("hello", "he\u0000llo"),
      `${note.slice(0, -2)}B=\n`,
      note.replace("test ", "te+st "),
    );
    for (const text of bad) expect(parseNote(bytes(text)), JSON.stringify(text)).toBeUndefined();
    expect(parseNote(Buffer.from([0xff, 0xfe, 0x0a, 0x0a]))).toBeUndefined();
    expect(parseNote(new Uint8Array(70_000).fill(0x61))).toBeUndefined();
  });

  it("property.any-bytes-never-throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (input) => void parseNote(input)));
    fc.assert(
      fc.property(fc.string(), (input) => {
        expect(parseVerifier(input)).toBeUndefined();
      }),
    );
  });
});

describe("checkpoint", () => {
  const root = rootOf([]);
  const signed = signCheckpoint({ origin: "sallyport/test", size: 42, root }, signer);

  it("format.three-lines", () => {
    expect(signed.split("\n").slice(0, 4)).toEqual([
      "sallyport/test",
      "42",
      Buffer.from(root).toString("base64"),
      "",
    ]);
    expect(readCheckpoint(bytes(signed), signer.verifier)).toEqual({
      kind: "signed",
      body: { origin: "sallyport/test", size: 42, root: Buffer.from(root) },
    });
  });

  it("hostile.malformed-bodies-although-signed", () => {
    const base64 = Buffer.from(root).toString("base64");
    const bodies = [
      `sallyport/test\n042\n${base64}\n`,
      `sallyport/test\n-1\n${base64}\n`,
      `sallyport/test\n1e3\n${base64}\n`,
    ];
    bodies.push(
      `sallyport/test\n9999999999999999\n${base64}\n`,
      "sallyport/test\n1\nAAAA\n",
      `sallyport/test\n1\n${base64}\nmore\n`,
      "x\n",
    );
    for (const body of bodies)
      expect(readCheckpoint(bytes(signNote(body, signer)), signer.verifier).kind, body).toBe(
        "malformed",
      );
  });

  it("origin.of-another-log-is-not-ours", () => {
    const note = signNote(
      `sallyport/elsewhere\n1\n${Buffer.from(root).toString("base64")}\n`,
      signer,
    );
    expect(readCheckpoint(bytes(note), signer.verifier).kind).toBe("unknown-key");
  });
});

describe("proof file", () => {
  it("round-trip.and-refusals", async () => {
    const map = memoryLog([300]);
    const proof = await proveInclusion(271, 300, tileSource(filesOf(map)));
    const checkpoint = Buffer.from(map.get("checkpoint") ?? "").toString("utf8");
    const text = formatProofFile(271, proof, checkpoint);
    expect(text.startsWith("c2sp.org/tlog-proof@v1\nindex 271\n")).toBe(true);
    expect(checkProofFile(text, sampleEntry(271), { keys: signer.verifier })).toMatchObject({
      kind: "included",
      index: 271,
      size: 300,
    });
    expect(checkProofFile(text, sampleEntry(270), { keys: signer.verifier }).kind).toBe("fault");
    expect(
      checkProofFile(text.replace("index 271", "index 270"), sampleEntry(271), {
        keys: signer.verifier,
      }).kind,
    ).toBe("fault");
    expect(checkProofFile(text, sampleEntry(271), { keys: other.verifier }).kind).toBe("fault");
    expect(checkProofFile("", sampleEntry(271), { keys: signer.verifier }).kind).toBe("fault");
    fc.assert(
      fc.property(fc.string(), (input) => {
        expect(checkProofFile(input, sampleEntry(0), { keys: signer.verifier }).kind).toBe("fault");
      }),
    );
  });
});
