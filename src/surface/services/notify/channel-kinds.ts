// Every kind of channel: what stands in its settings, how much it takes by default, and how it is made.
import * as v from "valibot";
import { LINK_ID } from "#detect/notice/notice-text.ts";
import { readPem } from "../export/pem-file.ts";
import { Address, text, whole } from "../export/setting-forms.ts";
import type { Channel } from "./channels/channel.ts";
import { emailSender } from "./channels/email.ts";
import { pagerDutySender } from "./channels/pagerduty.ts";
import { slackSender } from "./channels/slack.ts";
import { teamsSender } from "./channels/teams.ts";
import { webhookSender } from "./channels/webhook.ts";
import { isLoopbackName, mayName } from "./channels/reached-address.ts";
import { SecretReference } from "./references.ts";

const PAGER_URL = "https://events.pagerduty.com/v2/enqueue";
const SUBMISSION_PORT = 587;
const DIRECT_PORT = 465;

/** A kind. `most` is what it takes by default: messages within minutes. */
export type ChannelKind = {
  readonly title: string;
  readonly entries: v.ObjectEntries;
  readonly most: { readonly notices: number; readonly minutes: number };
  readonly isMachine: boolean;
  /** Where settings lead, in words without a secret, and how a message is sent. A text is what is wrong with them. */
  readonly make: (settings: unknown) => Made | string;
};
type Made = Pick<Channel, "destination" | "send">;

/** A link for people; the id of what a notice is about stands in place of `{id}`. */
const Link = v.optional(
  v.pipe(
    text(1_024),
    v.check(
      (link) => /^https?:\/\//.test(link) && URL.canParse(link) && link.includes(LINK_ID),
      "a link is `https://...` with `{id}` in it",
    ),
  ),
);
/** A mailbox as `ada@example.com` or `Sallyport <ada@example.com>`. */
const Mailbox = v.pipe(
  text(320),
  v.regex(
    /^(?:[\w .-]{1,64} <[\w.+-]{1,64}@[\w.-]{1,253}>|[\w.+-]{1,64}@[\w.-]{1,253})$/,
    "a mailbox is `ada@example.com` or `Name <ada@example.com>`",
  ),
);
const INTERNAL = { internal: v.optional(v.boolean(), false), ca: v.optional(text(4_096)) };

function kind<const Entries extends v.ObjectEntries>(
  given: Omit<ChannelKind, "make" | "entries"> & {
    readonly entries: Entries;
    readonly make: (
      settings: v.InferOutput<v.LooseObjectSchema<Entries, undefined>>,
    ) => Made | string;
  },
): ChannelKind {
  const schema = v.looseObject(given.entries);
  return { ...given, make: (settings) => given.make(v.parse(schema, settings)) };
}

/** By the word that stands behind `to`. */
export const CHANNEL_KINDS: ReadonlyMap<string, ChannelKind> = new Map([
  [
    "email",
    kind({
      title: "email over SMTP",
      entries: {
        host: v.pipe(text(253), v.regex(/^[\w.:-]+$/, "a host is a name or an address")),
        port: v.optional(whole(1, 65_535)),
        tls: v.optional(v.picklist(["starttls", "direct", "none"]), "starttls"),
        user: v.optional(text(256)),
        password: v.optional(SecretReference),
        from: Mailbox,
        recipients: v.pipe(v.array(Mailbox), v.minLength(1), v.maxLength(50)),
        link: Link,
        ...INTERNAL,
      },
      most: { notices: 10, minutes: 10 },
      isMachine: false,
      make(settings) {
        const { host, tls, user, password, ca, internal, link, from, recipients } = settings;
        if ((user === undefined) !== (password === undefined))
          return "`user` and `password` belong together";
        if (tls === "none" && !isLoopbackName(host))
          return "`tls: none` is for a mail server on this machine: elsewhere anybody on the way could read it";
        if (!mayName(host, internal)) return PRIVATE_HOST;
        const port = settings.port ?? (tls === "direct" ? DIRECT_PORT : SUBMISSION_PORT);
        return {
          destination: `smtp ${host}:${port} (${recipients.length} recipients)`,
          send: emailSender({
            host,
            port,
            tls,
            user,
            password,
            from,
            recipients,
            link,
            isInternal: internal,
            ca: () => readPem(ca),
          }),
        };
      },
    }),
  ],
  [
    "pagerduty",
    kind({
      title: "PagerDuty, through Events API v2",
      entries: {
        url: v.optional(Address, PAGER_URL),
        routingKey: SecretReference,
        link: Link,
        ...INTERNAL,
      },
      most: { notices: 30, minutes: 10 },
      isMachine: true,
      make: ({ url, routingKey, link, internal }) =>
        addressed(url, internal, pagerDutySender({ url, routingKey, link })),
    }),
  ],
  [
    "slack",
    kind({
      title: "a channel of Slack, through an incoming webhook",
      entries: {
        url: SecretReference,
        buttons: v.optional(v.boolean(), false),
        link: Link,
        ...INTERNAL,
      },
      most: { notices: 20, minutes: 10 },
      isMachine: false,
      make: ({ url, buttons, link }) => ({
        destination: "slack (its address is a secret)",
        send: slackSender({ url, link, hasButtons: buttons }),
      }),
    }),
  ],
  [
    "teams",
    kind({
      title: "a channel of Microsoft Teams, through the webhook of a workflow",
      entries: { url: SecretReference, link: Link, ...INTERNAL },
      most: { notices: 20, minutes: 10 },
      isMachine: false,
      make: ({ url, link }) => ({
        destination: "teams (its address is a secret)",
        send: teamsSender({ url, link }),
      }),
    }),
  ],
  [
    "webhook",
    kind({
      title: "any address that takes signed JSON: SOAR, tickets, automation",
      entries: {
        url: Address,
        secret: SecretReference,
        previousSecret: v.optional(SecretReference),
        link: Link,
        ...INTERNAL,
      },
      most: { notices: 120, minutes: 10 },
      isMachine: true,
      make: ({ url, secret, previousSecret, link, internal }) =>
        addressed(url, internal, webhookSender({ url, secret, previousSecret, link })),
    }),
  ],
]);

const PRIVATE_HOST =
  "it is an address of a private network: say `internal: true` if that is meant, or name another";

/** WHY without path and query: some services put a secret there. */
function addressed(url: string, isInternal: boolean, send: Channel["send"]): Made | string {
  const { origin, hostname } = new URL(url);
  return mayName(hostname, isInternal) ? { destination: origin, send } : PRIVATE_HOST;
}
