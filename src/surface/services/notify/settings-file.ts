// The settings of notices, `notify.yaml`: read by a schema, with the line of whatever is wrong, and made into channels.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import { Failure } from "#base/failure.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import type { EscalationStep } from "#detect/notice/escalation.ts";
import { NAME_CHARS_MAX, NOTICE_KINDS, NOTICE_SOURCES } from "#detect/notice/notice.ts";
import { isZone, quietClock, type QuietHours, WEEKDAYS } from "#detect/notice/quiet-hours.ts";
import type { Routing } from "#detect/notice/routing.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { text, whole } from "../export/setting-forms.ts";
import { ACTIONS } from "./action.ts";
import type { Channel } from "./channels/channel.ts";
import { CHANNEL_KINDS } from "./channel-kinds.ts";
import { SecretReference } from "./references.ts";

export const SETTINGS_CHARS_MAX = 256 * 1024;
const CHANNELS_MAX = 32;
const RULES_MAX = 128;
const LIST_MAX = 64;
const HOUR_MINUTES = 60;

const Name = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,39}$/, "a name is a letter, then letters, digits and `-`, 40 at most"),
);
const Minute = v.pipe(
  v.string(),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "a time of day is `22:00`"),
  v.transform((time) => Number(time.slice(0, 2)) * HOUR_MINUTES + Number(time.slice(3))),
);
const Quiet = v.pipe(
  v.strictObject({
    zone: v.pipe(text(64), v.check(isZone, "a zone is one of IANA, such as `Europe/Berlin`")),
    from: v.pipe(Minute, v.maxValue(1_439, "a day begins at `00:00`")),
    to: v.pipe(Minute, v.minValue(1, "a day ends at `24:00`")),
    days: v.optional(v.pipe(v.array(v.picklist(WEEKDAYS)), v.minLength(1), v.maxLength(7)), [
      ...WEEKDAYS,
    ]),
  }),
  v.check(({ from, to }) => from !== to, "`from` and `to` are the same: it would never be quiet"),
);
const COMMON = {
  name: Name,
  to: v.string(),
  quiet: v.optional(Quiet),
  /** Minutes in which the same is only counted. */
  window: v.optional(whole(0, 1_440), 15),
  most: v.optional(v.strictObject({ notices: whole(1, 500), minutes: whole(1, 1_440) })),
};
const Common = v.looseObject({
  ...COMMON,
  ca: v.optional(v.string()),
  internal: v.optional(v.boolean(), false),
});

const names = v.pipe(v.array(v.string()), v.maxLength(LIST_MAX));
const some = <Item extends v.GenericSchema>(item: Item) =>
  v.optional(v.pipe(v.array(item), v.minLength(1), v.maxLength(LIST_MAX)));
const levels = some(v.picklist(LEVELS));
const Schema = v.strictObject({
  channels: v.pipe(
    v.array(v.looseObject({ to: v.picklist([...CHANNEL_KINDS.keys()]) })),
    v.maxLength(CHANNELS_MAX),
  ),
  rules: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          levels,
          kinds: some(v.picklist(NOTICE_KINDS)),
          sources: some(v.picklist(NOTICE_SOURCES)),
          teams: some(text(NAME_CHARS_MAX)),
          projects: some(text(NAME_CHARS_MAX)),
          to: names,
        }),
      ),
      v.maxLength(RULES_MAX),
    ),
    [],
  ),
  otherwise: v.optional(names, []),
  escalation: v.optional(
    v.pipe(
      v.array(v.strictObject({ levels, minutes: whole(1, 10_080), to: names })),
      v.maxLength(16),
    ),
    [],
  ),
  inbound: v.optional(
    v.pipe(
      v.array(
        v.variant("from", [
          v.strictObject({
            name: Name,
            from: v.literal("webhook"),
            secret: SecretReference,
            previousSecret: v.optional(SecretReference),
            actions: v.optional(v.pipe(v.array(v.picklist(ACTIONS)), v.minLength(1)), [
              "acknowledge",
            ]),
          }),
          v.strictObject({
            name: Name,
            from: v.literal("slack"),
            secret: SecretReference,
            // WHY named: everybody who sees a channel can press its buttons.
            users: v.pipe(
              v.array(v.pipe(v.string(), v.regex(/^[UW][A-Z0-9]{2,30}$/, "a user is `U0123ABCD`"))),
              v.minLength(1),
              v.maxLength(500),
            ),
            actions: v.optional(v.pipe(v.array(v.picklist(ACTIONS)), v.minLength(1)), [
              "acknowledge",
            ]),
          }),
        ]),
      ),
      v.maxLength(16),
    ),
    [],
  ),
});

/** Somebody whose signed answers are taken. `users` are those of Slack. */
export type InboundSettings = v.InferOutput<typeof Schema>["inbound"][number];

export type NotifySettings = {
  readonly channels: readonly Channel[];
  readonly routing: Routing;
  readonly escalation: readonly EscalationStep[];
  readonly inbound: readonly InboundSettings[];
};

/** The settings of a file; nobody is told of anything without one. Throws a Failure with the place of what is wrong. */
export function readNotifySettings(file: string): NotifySettings {
  const read = readPrivateFile(file, { secret: false });
  return parseNotifySettings(read ?? "channels: []\n", file);
}

/** The settings of a text. */
export function parseNotifySettings(yaml: string, file: string): NotifySettings {
  const options = { file, kind: "notify", schema: Schema, charsMax: SETTINGS_CHARS_MAX };
  const { value, place } = readDeclaration(yaml, options);
  const wrong = (path: readonly (string | number)[], message: string): Failure =>
    new Failure("notify-invalid", `\`${path.join(".")}\` is not valid: ${message}`, {
      at: place(path),
    });
  const channels = value.channels.map((given, at) => channelOf(given, at, wrong));
  const known = new Set(channels.map(({ name }) => name));
  if (known.size < channels.length) throw wrong(["channels"], "two channels have one name");
  const senders = new Set(value.inbound.map(({ name }) => name));
  if (senders.size < value.inbound.length) throw wrong(["inbound"], "two senders have one name");
  const { rules, otherwise, escalation, inbound } = value;
  const check = (path: readonly (string | number)[], to: readonly string[]): void => {
    const unknown = to.findIndex((name) => !known.has(name));
    if (unknown >= 0) throw wrong([...path, unknown], "there is no channel of this name");
  };
  for (const [at, { to }] of rules.entries()) check(["rules", at, "to"], to);
  for (const [at, { to }] of escalation.entries()) check(["escalation", at, "to"], to);
  check(["otherwise"], otherwise);
  return { channels, routing: { rules, otherwise }, escalation, inbound };
}

function channelOf(
  given: { readonly to: string },
  at: number,
  wrong: (path: readonly (string | number)[], message: string) => Failure,
): Channel {
  const kind = CHANNEL_KINDS.get(given.to);
  if (kind === undefined) throw wrong(["channels", at, "to"], "there is no such kind of channel");
  const read = v.safeParse(v.strictObject({ ...COMMON, ...kind.entries }), given);
  if (!read.success) {
    const [{ path, message }] = read.issues;
    const keys = (path ?? []).map(({ key }) => key).filter(isKey);
    throw wrong(["channels", at, ...keys], message);
  }
  const made = kind.make(given);
  if (typeof made === "string") throw wrong(["channels", at], made);
  const { name, to, quiet, window, most = kind.most, ca, internal } = v.parse(Common, given);
  return {
    name,
    to,
    ca,
    isInternal: internal,
    text: JSON.stringify(given),
    ...made,
    limits: {
      quiet: clockOf(quiet),
      windowMinutes: window,
      most,
      isMachine: kind.isMachine,
    },
  };
}

function clockOf(quiet: QuietHours | undefined) {
  return quiet === undefined ? undefined : quietClock(quiet);
}

function isKey(key: unknown): key is string | number {
  return typeof key === "string" || typeof key === "number";
}
