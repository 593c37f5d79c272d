// Proof files that an auditor checks offline: the entry inside, revealed sections, two checkpoints, cosignatures, hostile bytes.
import { describe, expect, it } from "vitest";
import {
  checkConsistencyFile,
  formatConsistencyFile,
} from "#record/log/proofs/consistency-file.ts";
import { countCosignatures, createCosigner, parseWitnessKey } from "#record/log/cosignature.ts";
import { createLeafEncoder, decodeLeaf, makeEventId, sectionKeyOf } from "#record/log/leaf.ts";
import { parseNote, parseVerifier } from "#record/log/note.ts";
import { type CarriedEntry, openRevealed } from "#record/log/proofs/proof-entry.ts";
import { checkProofFile, formatProofFile } from "#record/log/proofs/proof-file.ts";
import { proveConsistency, proveInclusion } from "#record/log/proofs/proof.ts";
import { createSubject } from "#record/log/subject.ts";
import { tileSource } from "#record/store/log-reader.ts";
import { filesOf, memoryLog, sampleEntry, signer } from "../memory-log.ts";

const witness = createCosigner("witness.example/a", new Uint8Array(32).fill(3));
const other = createCosigner("witness.example/b", new Uint8Array(32).fill(4));
const keys = signer.verifier;
const TIME_S = 1_760_000_000;

const textOf = (map: ReadonlyMap<string, Uint8Array>) =>
  Buffer.from(map.get("checkpoint") ?? []).toString("utf8");
const bodyOf = (checkpoint: string) => `${checkpoint.split("\n\n")[0]}\n`;

async function proofOf(index: number, carried?: CarriedEntry, lines = ""): Promise<string> {
  const map = memoryLog([300]);
  const path = await proveInclusion(index, 300, tileSource(filesOf(map)));
  return formatProofFile(index, path, textOf(map) + lines, carried);
}

describe("cosignature", () => {
  it("counts.each-witness-once-and-names-a-broken-one", () => {
    const checkpoint = textOf(memoryLog([300]));
    const good = witness.cosign(bodyOf(checkpoint), TIME_S);
    const note = parseNote(Buffer.from(checkpoint + good + good));
    const trusted = [witness.verifier, other.verifier];
    expect(note && countCosignatures(note, trusted)).toEqual({
      cosigned: [{ name: "witness.example/a", timeS: TIME_S }],
      invalid: [],
    });
    const moved = parseNote(Buffer.from(textOf(memoryLog([299])) + good));
    expect(moved && countCosignatures(moved, trusted)).toEqual({
      cosigned: [],
      invalid: ["witness.example/a"],
    });
  });

  it("key.of-a-log-is-none-of-a-witness-and-the-other-way-round", () => {
    expect(parseWitnessKey(witness.verifier.text)?.text).toBe(witness.verifier.text);
    expect(parseWitnessKey(keys.text)).toBeUndefined();
    expect(parseVerifier(witness.verifier.text)).toBeUndefined();
  });

  it("specification.known-answer", () => {
    // The checkpoint of the specification, and a key id that it defines: SHA-256(name, newline, 0x04, key), first 4 bytes.
    const text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const line = witness.cosign(text, 1_679_315_147);
    const bytes = Buffer.from(line.split(" ")[2] ?? "", "base64");
    expect(bytes.readUInt32BE(0)).toBe(witness.verifier.keyId);
    expect(bytes.readBigUInt64BE(4)).toBe(1_679_315_147n);
    expect(witness.verifier.cosignedAt(text, bytes.subarray(4))).toBe(1_679_315_147);
    expect(witness.verifier.cosignedAt(`${text}x\n`, bytes.subarray(4))).toBeUndefined();
  });
});

describe("inclusion", () => {
  const carried = (index: number): CarriedEntry => ({ entry: sampleEntry(index), revealed: [] });

  it("carries-the-entry-so-that-nothing-else-is-needed", async () => {
    const text = await proofOf(271, carried(271));
    expect(checkProofFile(text, undefined, { keys })).toMatchObject({
      kind: "included",
      index: 271,
    });
    expect(checkProofFile(await proofOf(271, carried(270)), undefined, { keys }).kind).toBe(
      "fault",
    );
    expect(checkProofFile(await proofOf(271), undefined, { keys })).toMatchObject({
      reason: expect.stringContaining("does not hold the entry"),
    });
  });

  it("demands-the-quorum-of-witnesses", async () => {
    const trust = { keys, witnesses: [witness.verifier, other.verifier] };
    const line = witness.cosign(bodyOf(textOf(memoryLog([300]))), TIME_S);
    expect(checkProofFile(await proofOf(3, carried(3)), undefined, trust).kind).toBe("fault");
    const text = await proofOf(3, carried(3), line);
    expect(checkProofFile(text, undefined, trust)).toMatchObject({
      witnesses: { cosigned: [{ name: "witness.example/a" }] },
    });
    expect(checkProofFile(text, undefined, { ...trust, quorum: 2 })).toEqual({
      kind: "fault",
      reason: "1 of the witnesses cosigned it, 2 are demanded",
    });
  });

  it("every-flipped-byte-is-found", async () => {
    const line = witness.cosign(bodyOf(textOf(memoryLog([300]))), TIME_S);
    const text = Buffer.from(await proofOf(299, carried(299), line));
    const trust = { keys, witnesses: [witness.verifier] };
    expect(checkProofFile(text.toString("utf8"), undefined, trust).kind).toBe("included");
    for (let at = 0; at < text.length; at += 1) {
      const changed = Buffer.from(text);
      changed[at] = (changed[at] ?? 0) ^ (1 + (at % 127));
      expect(checkProofFile(changed.toString("utf8"), undefined, trust).kind, `${at}`).toBe(
        "fault",
      );
    }
  });

  it("exchanged-signature-lines-are-found", async () => {
    const line = witness.cosign(bodyOf(textOf(memoryLog([300]))), TIME_S);
    const lines = (await proofOf(299, carried(299), line)).trimEnd().split("\n");
    const changed = [...lines.slice(0, -2), lines.at(-1), lines.at(-2), ""].join("\n");
    expect(checkProofFile(changed, undefined, { keys, witnesses: [witness.verifier] })).toEqual({
      kind: "fault",
      reason: "its signatures are in another order",
    });
  });
});

describe("revealed", () => {
  const subject = createSubject(new Uint8Array(32).fill(9));
  const id = makeEventId(1_760_000_000_000, new Uint8Array(10).fill(5));
  const encode = createLeafEncoder(() => new Uint8Array(12).fill(1));
  const entry = encode({
    id,
    metadata: { kind: "decision" },
    sections: [
      { subject, content: { user: "ada" } },
      { subject, content: { path: "kept" } },
    ],
  });
  const leaf = decodeLeaf(entry);

  it("one-section-opens-and-the-other-stays-sealed", () => {
    if (leaf.kind !== "leaf") throw new Error("no leaf");
    const key = sectionKeyOf(leaf, 0, subject) ?? new Uint8Array(32);
    expect(openRevealed(leaf, [{ section: 0, key }])).toEqual({ user: "ada" });
    expect(openRevealed(leaf, [{ section: 1, key }])).toBeUndefined();
    expect(openRevealed(leaf, [])).toEqual({});
  });
});

describe("consistency", () => {
  it("any-two-checkpoints", async () => {
    const source = tileSource(filesOf(memoryLog([600])), 600);
    const newest = textOf(memoryLog([600]));
    for (const [from, to] of [
      [1, 2],
      [20, 20],
      [255, 256],
      [256, 600],
      [300, 599],
      [599, 600],
    ] as const) {
      const [older, newer] = [textOf(memoryLog([from])), textOf(memoryLog([to]))];
      const text = formatConsistencyFile(await proveConsistency(from, to, source), older, newer);
      expect(checkConsistencyFile(text, { keys })).toMatchObject({
        kind: "consistent",
        older: from,
        size: to,
      });
      const forged = textOf(memoryLog([from], (index) => sampleEntry(index + 1)));
      const wrong = formatConsistencyFile(
        await proveConsistency(from, 600, source),
        forged,
        newest,
      );
      expect(checkConsistencyFile(wrong, { keys }).kind).toBe("fault");
    }
  });

  it("every-flipped-byte-is-found", async () => {
    const source = tileSource(filesOf(memoryLog([600])), 600);
    const path = await proveConsistency(300, 600, source);
    const [older, newer] = [textOf(memoryLog([300])), textOf(memoryLog([600]))];
    const text = Buffer.from(formatConsistencyFile(path, older, newer));
    for (let at = 0; at < text.length; at += 1) {
      const changed = Buffer.from(text);
      changed[at] = (changed[at] ?? 0) ^ (1 + (at % 127));
      const check = checkConsistencyFile(changed.toString("utf8"), { keys });
      expect(check.kind, `${at}`).toBe("fault");
    }
  });
});
