// The targets of exports.yaml: read by a schema, with the line of whatever is wrong, and made into targets.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import {
  LEAVING_WAYS,
  PERSONAL_DEFAULT,
  type PersonalFields,
} from "#record/delivery/personal-fields.ts";
import type { Target } from "#record/delivery/target.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { S3Settings } from "./s3-target.ts";
import { text, whole } from "./setting-forms.ts";
import { TARGET_KINDS } from "./target-kinds.ts";

const FILE_CHARS_MAX = 256 * 1024;
const TARGETS_MAX = 32;

const Way = v.picklist(LEAVING_WAYS);
const way = (name: keyof PersonalFields) => v.optional(Way, PERSONAL_DEFAULT[name]);

/** What every target has. */
const COMMON = {
  to: v.string(),
  name: v.pipe(
    v.string(),
    v.regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      "a name is a letter, then letters, digits and `-`, 40 at most",
    ),
  ),
  from: v.optional(v.picklist(["start", "now"]), "start"),
  personal: v.optional(
    v.strictObject({
      user: way("user"),
      host: way("host"),
      repository: way("repository"),
      branch: way("branch"),
      commit: way("commit"),
      job: way("job"),
      file: way("file"),
    }),
    {},
  ),
  batch: v.optional(
    v.strictObject({
      entries: v.optional(whole(1, 10_000)),
      bytes: v.optional(whole(1_024, 64 * 1024 * 1024)),
      seconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(3_600))),
    }),
    {},
  ),
  ca: v.optional(text(4_096)),
};
const Common = v.looseObject(COMMON);
/** Of the settings of an `s3` target, which were checked before. */
const Bucket = v.object({
  url: v.string(),
  prefix: v.string(),
  region: v.string(),
  keyId: v.string(),
  secretKey: v.string(),
});

const Schema = v.strictObject({
  targets: v.pipe(
    v.array(v.looseObject({ to: v.picklist([...TARGET_KINDS.keys()]) })),
    v.maxLength(TARGETS_MAX),
  ),
});

/** A target as it is set up. */
export type ExportTarget = {
  readonly name: string;
  /** Its kind, such as `splunk-hec`. */
  readonly to: string;
  readonly target: Target;
  readonly personal: PersonalFields;
  readonly from: "start" | "now";
  readonly waitMs: number;
  /** A file with authorities, in PEM, that the target's certificate is trusted by. */
  readonly ca: string | undefined;
  /** The settings as they stand in the file: whoever made something of others makes it anew. */
  readonly text: string;
  /** The file of a target that is one. */
  readonly path: string | undefined;
  /** The bucket of a target that is one; its keys are references. */
  readonly bucket: TargetBucket | undefined;
};

export type TargetBucket = Pick<S3Settings, "url" | "prefix" | "region" | "keyId" | "secretKey">;

/** The targets of a file, in its order; none without a file. Throws a Failure with the place of what is wrong. */
export function readTargets(file: string): readonly ExportTarget[] {
  const read = readPrivateFile(file, { secret: false });
  return read === undefined ? [] : parseTargets(read, file);
}

/** The targets of a text. */
export function parseTargets(yaml: string, file: string): readonly ExportTarget[] {
  const options = { file, kind: "exports", schema: Schema, charsMax: FILE_CHARS_MAX };
  const { value, place } = readDeclaration(yaml, options);
  const wrong = (at: number, path: readonly (string | number)[], message: string) => {
    const where = path.length === 0 ? `targets.${at}` : path.join(".");
    return new Failure("exports-invalid", `\`${where}\` is not valid: ${message}`, {
      at: place(["targets", at, ...path]),
    });
  };
  const names = new Set<string>();
  return value.targets.map((given, at) => {
    const kind = TARGET_KINDS.get(given.to);
    if (kind === undefined) throw wrong(at, ["to"], "there is no such kind of target");
    const read = v.safeParse(v.strictObject({ ...COMMON, ...kind.entries }), given);
    if (!read.success) {
      const [{ path, message }] = read.issues;
      throw wrong(at, (path ?? []).map(({ key }) => key).filter(isKey), message);
    }
    const { name, to, personal, from, batch, ca, ...rest } = v.parse(Common, given);
    if (names.has(name)) throw wrong(at, ["name"], `two targets are called \`${name}\``);
    names.add(name);
    const limits = {
      entries: Math.min(kind.limits.entries, batch.entries ?? kind.limits.entries),
      bytes: Math.min(kind.limits.bytes, batch.bytes ?? kind.limits.bytes),
    };
    const path = typeof rest["path"] === "string" ? rest["path"] : undefined;
    return {
      name,
      to,
      personal,
      from,
      ca,
      path,
      text: JSON.stringify(given),
      bucket: to === "s3" ? v.parse(Bucket, read.output) : undefined,
      target: kind.make(given, limits),
      waitMs: (batch.seconds ?? kind.seconds) * 1_000,
    };
  });
}

function isKey(key: unknown): key is string | number {
  return typeof key === "string" || typeof key === "number";
}
