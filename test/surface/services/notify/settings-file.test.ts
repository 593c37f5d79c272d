// What notify.yaml may say and may not, and what adding and taking away a channel leaves as it was.
import { describe, expect, it } from "vitest";
import { Failure } from "#base/failure.ts";
import { withChannel, withoutChannel } from "#surface/services/notify/edit-settings.ts";
import { openSecrets } from "#surface/services/notify/references.ts";
import { parseNotifySettings } from "#surface/services/notify/settings-file.ts";

const SLACK = '{ name: chat, to: slack, url: "env:SLACK" }';
const faultOf = (yaml: string): string => {
  try {
    parseNotifySettings(yaml, "notify.yaml");
    return "none";
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return `${cause.message} at ${cause.at?.line ?? "-"}`;
  }
};

describe("notify.yaml", () => {
  it("has channels, rules, hours, limits, steps and senders", () => {
    const settings = parseNotifySettings(
      `channels:
  - { name: chat, to: slack, url: "pass:team/slack", quiet: { zone: Europe/Berlin, from: "22:00", to: "07:00" }, window: 5 }
  - { name: pager, to: pagerduty, routingKey: "vault:secret/pager#key", most: { notices: 3, minutes: 1 } }
  - { name: mail, to: email, host: mail.example.com, from: "Guard <a@example.com>", recipients: [b@example.com] }
  - { name: soar, to: webhook, url: "https://soar.example.com/in?key=1", secret: "env:SOAR" }
  - { name: work, to: teams, url: "op://vault/item/url" }
rules:
  - { levels: [critical], to: [chat, pager] }
otherwise: [mail]
escalation:
  - { levels: [critical], minutes: 15, to: [pager] }
inbound:
  - { name: soar, from: webhook, secret: "env:SOAR" }
  - { name: chat, from: slack, secret: "env:SLACK_SIGNING", users: [U0ADA] }
`,
      "notify.yaml",
    );
    expect(settings.channels.map(({ name, destination }) => `${name}: ${destination}`)).toEqual([
      "chat: slack (its address is a secret)",
      "pager: https://events.pagerduty.com",
      "mail: smtp mail.example.com:587 (1 recipients)",
      "soar: https://soar.example.com",
      "work: teams (its address is a secret)",
    ]);
    expect(settings.channels[1]?.limits.most).toEqual({ notices: 3, minutes: 1 });
    expect(settings.inbound.map(({ actions }) => actions)).toEqual([
      ["acknowledge"],
      ["acknowledge"],
    ]);
  });

  const faults: readonly (readonly [string, string, string])[] = [
    [
      "a secret in place of its reference",
      'channels: [{ name: chat, to: slack, url: "https://hooks.slack.com/services/T0/B0/canary" }]',
      "a secret stands here as a reference",
    ],
    [
      "a key that there is not",
      `channels: [{ name: chat, to: slack, url: "env:S", token: x }]`,
      "`channels.0.token` is not valid",
    ],
    ["a kind that there is not", `channels: [{ name: chat, to: pigeon }]`, "`channels.0.to`"],
    ["two of one name", `channels: [${SLACK}, ${SLACK}]`, "two channels have one name"],
    [
      "a rule that leads nowhere",
      `channels: [${SLACK}]\nrules:\n  - { to: [other] }`,
      "there is no channel of this name at 3",
    ],
    [
      "an address in clear",
      `channels: [{ name: a, to: webhook, url: "http://soar.example.com", secret: "env:S" }]`,
      "an address is `https://...`",
    ],
    [
      "an address with a password",
      `channels: [{ name: a, to: webhook, url: "https://a:b@soar.example.com", secret: "env:S" }]`,
      "an address is `https://...`",
    ],
    [
      "an address of a private network",
      `channels: [{ name: a, to: webhook, url: "https://10.0.0.1", secret: "env:S" }]`,
      "say `internal: true`",
    ],
    [
      "an address of the cloud's own service",
      `channels: [{ name: a, to: webhook, url: "https://169.254.169.254", secret: "env:S", internal: true }]`,
      "private network",
    ],
    [
      "a mailbox with a second header",
      'channels: [{ name: m, to: email, host: localhost, from: "a@example.com\\nBcc: x@example.com", recipients: [b@example.com] }]',
      "a mailbox is",
    ],
    [
      "mail in clear to another machine",
      "channels: [{ name: m, to: email, host: mail.example.com, tls: none, from: a@example.com, recipients: [b@example.com] }]",
      "on this machine",
    ],
    [
      "a user without a password",
      "channels: [{ name: m, to: email, host: mail.example.com, user: a, from: a@example.com, recipients: [b@example.com] }]",
      "belong together",
    ],
    [
      "a zone that there is not",
      `channels: [{ name: chat, to: slack, url: "env:S", quiet: { zone: Mars/Base, from: "22:00", to: "07:00" } }]`,
      "a zone is one of IANA",
    ],
    [
      "hours without an end",
      `channels: [{ name: chat, to: slack, url: "env:S", quiet: { zone: UTC, from: "07:00", to: "07:00" } }]`,
      "never be quiet",
    ],
    [
      "a link without a place for the id",
      `channels: [{ name: chat, to: slack, url: "env:S", link: "https://g.example.com" }]`,
      "`{id}`",
    ],
    [
      "a link that runs",
      `channels: [{ name: chat, to: slack, url: "env:S", link: "javascript:alert({id})" }]`,
      "`{id}`",
    ],
    [
      "answers from everybody in Slack",
      `channels: []\ninbound: [{ name: c, from: slack, secret: "env:S", users: [] }]`,
      "is not valid",
    ],
    [
      "too many channels",
      `channels: [${Array.from({ length: 33 }, () => SLACK).join(", ")}]`,
      "is not valid",
    ],
  ];
  it.each(faults)("refuses %s", (_name, yaml, fault) => {
    const said = faultOf(yaml);
    expect(said).toContain(fault);
    expect(said).not.toContain("canary");
  });

  it("allows an address of a private network where that is said", () => {
    expect(
      faultOf(
        `channels: [{ name: a, to: webhook, url: "https://10.0.0.1", secret: "env:S", internal: true }]`,
      ),
    ).toBe("none");
  });
});

describe("references", () => {
  it("are read from the environment, or fetched, or said to be missing", async () => {
    const secret = openSecrets(
      { SLACK: "a value", EMPTY: "" },
      async ({ provider }) => `from ${provider}`,
    );
    expect(await secret("env:SLACK")).toBe("a value");
    expect(await secret("pass:team/slack")).toBe("from pass");
    await expect(secret("env:EMPTY")).rejects.toMatchObject({ code: "secret-missing" });
    await expect(secret("env:toString")).rejects.toMatchObject({ code: "secret-missing" });
  });
});

describe("a change of notify.yaml", () => {
  const before = `# who is told
channels:
  - name: chat # the room
    to: slack
    url: env:SLACK
rules:
  - levels: [critical]
    to: [chat]
`;
  const settings = { name: "pager", to: "pagerduty", routingKey: "env:PAGER" };

  it("leaves what a person wrote as it was, and takes away what it added", () => {
    const added = withChannel(before, { settings, levels: ["critical"] }, "notify.yaml");
    expect(added).toContain("# who is told");
    expect(added).toContain("# the room");
    expect(parseNotifySettings(added, "f").routing.rules[1]).toEqual({
      levels: ["critical"],
      to: ["pager"],
    });
    expect(withoutChannel(added, "pager", "f")).toBe(before);
  });

  it("begins a file, and ends it", () => {
    const first = withChannel("channels: []\n", { settings, levels: [] }, "f");
    expect(first).toBe(
      "channels:\n  - name: pager\n    to: pagerduty\n    routingKey: env:PAGER\n",
    );
    expect(withoutChannel(first, "pager", "f")).toBe("channels: []\n");
  });

  it("takes a name out of every list, and a rule that then leads nowhere", () => {
    const added = withChannel(before, { settings, levels: ["low"] }, "f");
    const text = `${added}otherwise: [chat, pager]\nescalation:\n  - { minutes: 5, to: [chat] }\n  - { minutes: 9, to: [pager, chat] }\n`;
    const left = parseNotifySettings(withoutChannel(text, "chat", "f"), "f");
    expect(left.routing).toEqual({
      rules: [{ levels: ["low"], to: ["pager"] }],
      otherwise: ["pager"],
    });
    expect(left.escalation).toEqual([{ minutes: 9, to: ["pager"] }]);
  });

  it("is refused where it is not valid", () => {
    const wrong = { settings: { ...settings, routingKey: "canary" }, levels: [] };
    expect(() => withChannel(before, wrong, "f")).toThrow(/reference/);
    expect(() =>
      withChannel(before, { settings: { ...settings, name: "chat" }, levels: [] }, "f"),
    ).toThrow(/already/);
    expect(() => withoutChannel(before, "other", "f")).toThrow(/no channel/);
  });
});
