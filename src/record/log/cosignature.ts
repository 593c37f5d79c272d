// Cosignatures of witnesses (C2SP tlog-cosignature, `cosignature/v1` with Ed25519): made, read and counted.
import { sign, verify } from "node:crypto";
import { assert } from "#base/failure.ts";
import {
  isKeyName,
  nameKey,
  type Note,
  type NoteVerifier,
  parseKeyText,
  privateKeyOf,
  publicKeyObject,
  publicKeyOf,
  signatureLine,
} from "./note.ts";

/** The type byte of a witness key; it keeps a log's key from passing for a witness's. */
const COSIGNATURE_TYPE = 0x04;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** Seconds past which a time is not one that a clock shows: the year 9999. */
const TIME_S_MAX = 253_402_300_799;

/** Checks cosignatures of one witness. `text` is the form in which its key is handed out. */
export type WitnessVerifier = Pick<NoteVerifier, "name" | "keyId" | "text"> & {
  /** The Unix time in seconds that a cosignature states, or undefined when it is none of this witness over `text`. */
  cosignedAt(text: string, signature: Uint8Array): number | undefined;
};

/** Signs checkpoints for a witness. */
export type Cosigner = {
  readonly verifier: WitnessVerifier;
  /** The signature line over the text of a checkpoint, as of a Unix time in seconds. */
  cosign(text: string, timeS: number): string;
};

/** The cosigner of a 32-byte Ed25519 seed. One key is for one witness: the message does not hold its name. */
export function createCosigner(name: string, seed: Uint8Array): Cosigner {
  const verifier = createWitnessVerifier(name, publicKeyOf(seed));
  const key = privateKeyOf(seed);
  return {
    verifier,
    cosign(text, timeS) {
      assert(isTime(timeS), "a cosignature states whole seconds");
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(timeS));
      return signatureLine(
        verifier,
        Buffer.concat([time, sign(null, messageOf(text, timeS), key)]),
      );
    },
  };
}

/** Reads a witness's key (`name+<8 hex>+<base64>`); undefined when it is none. */
export function parseWitnessKey(text: string): WitnessVerifier | undefined {
  const key = parseKeyText(text, COSIGNATURE_TYPE);
  return key === undefined ? undefined : createWitnessVerifier(key.name, key.publicKey);
}

function createWitnessVerifier(name: string, publicKey: Uint8Array): WitnessVerifier {
  assert(isKeyName(name), "a key name has no spaces, no plus sign and no control characters");
  const key = publicKeyObject(publicKey);
  return {
    ...nameKey(name, COSIGNATURE_TYPE, publicKey),
    cosignedAt(text, signature) {
      if (signature.length !== TIME_BYTES + SIGNATURE_BYTES) return undefined;
      const bytes = Buffer.from(signature);
      const timeS = Number(bytes.readBigUInt64BE(0));
      if (!isTime(timeS)) return undefined;
      const holds = verify(null, messageOf(text, timeS), key, bytes.subarray(TIME_BYTES));
      return holds ? timeS : undefined;
    },
  };
}

function isTime(timeS: number): boolean {
  return Number.isSafeInteger(timeS) && timeS >= 0 && timeS <= TIME_S_MAX;
}

function messageOf(text: string, timeS: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timeS}\n${text}`, "utf8");
}

/** Which witnesses cosigned a note. `invalid` names those whose line is there and does not hold. */
export type CosignatureCount = {
  readonly cosigned: readonly { readonly name: string; readonly timeS: number }[];
  readonly invalid: readonly string[];
};

/** Counts each witness once; lines of others are passed over, as the specification demands. */
export function countCosignatures(
  note: Note,
  witnesses: readonly WitnessVerifier[],
): CosignatureCount {
  const cosigned: { name: string; timeS: number }[] = [];
  const invalid: string[] = [];
  // WHY by key: one key under two names is one witness.
  const distinct = new Map(witnesses.map((witness) => [publicPart(witness), witness]));
  for (const witness of distinct.values()) {
    const lines = note.signatures.filter(
      ({ name, keyId }) => name === witness.name && keyId === witness.keyId,
    );
    if (lines.length === 0) continue;
    const times = lines.map(({ signature }) => witness.cosignedAt(note.text, signature));
    const whole = times.filter((time) => time !== undefined);
    if (whole.length < lines.length) invalid.push(witness.name);
    else cosigned.push({ name: witness.name, timeS: Math.max(...whole) });
  }
  return { cosigned, invalid };
}

function publicPart({ text }: WitnessVerifier): string {
  return text.slice(text.indexOf("+", text.indexOf("+") + 1));
}
