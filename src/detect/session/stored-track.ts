// The form in which a session's track outlives the process: read back from a file, so checked and bounded.
import * as v from "valibot";
import { PLACE_KINDS, TRUSTS } from "./act.ts";

const NAME_CHARS_MAX = 4_096;
const name = v.pipe(v.string(), v.maxLength(NAME_CHARS_MAX));
/** Who it came from, its name, how it is bound, the number of the request. */
const label = v.tuple([v.picklist(TRUSTS), name, v.picklist(["data", "context"]), v.number()]);
const labelled = (most: number) =>
  v.array(v.tuple([name, v.pipe(v.array(label), v.maxLength(most))]));

const flowSchema = v.strictObject({
  files: v.pipe(labelled(8), v.maxLength(256)),
  agents: v.pipe(labelled(32), v.maxLength(32)),
});

const place = v.strictObject({
  kind: v.picklist(PLACE_KINDS),
  name,
  known: v.exactOptional(v.picklist(["remote", "account"])),
});
const places = v.pipe(v.array(place), v.maxLength(64));
/** A call that a person is asked about, without its words: what it takes flows when it ran. */
const askedSchema = v.strictObject({
  index: v.number(),
  agent: name,
  call: name,
  tool: name,
  takes: places,
  gives: places,
  touchesSecret: v.boolean(),
});

export const storedTrackSchema = v.strictObject({
  flow: flowSchema,
  asked: v.pipe(v.array(askedSchema), v.maxLength(16)),
  requests: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16_384))), v.maxLength(1_024)),
  turn: v.number(),
  isRemoteMoved: v.boolean(),
});

/** Whether a name is short enough to be read back. */
export function isStorable(text: string): boolean {
  return text.length <= NAME_CHARS_MAX;
}

export type StoredTrack = Readonly<v.InferOutput<typeof storedTrackSchema>>;
export type StoredFlow = StoredTrack["flow"];
