// Which one setting would have changed most: of the client's own, else the rule of the policy that would ask most.
import type { Group, Restricted } from "./past-tally.ts";

/** A setting, and how many calls it would have changed. `stops`: they would not have run unasked. `spares`: they would not be asked about. */
export type Setting = {
  readonly what: "client-setting" | "policy-rule";
  readonly effect: "stops" | "spares";
  readonly setting: string;
  readonly why: string;
  readonly calls: number;
};

/** Names of files that a rule of the client can name. */
const PLAIN_NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Settings by how many calls they would have changed, those that stop something first. */
export function settingsFor(
  restricted: readonly Group<Restricted>[],
  mask: (text: string) => string,
): Setting[] {
  const sums = new Map<string, Setting>();
  const add = (setting: Omit<Setting, "calls">, calls: number): void => {
    const before = sums.get(setting.setting)?.calls ?? 0;
    sums.set(setting.setting, { ...setting, calls: before + calls });
  };
  for (const { verdict, rule, effect, bypassed, shown, calls, tool } of restricted) {
    if (bypassed > 0)
      add(
        {
          ...{ what: "client-setting", effect: "stops" },
          setting: 'permissions.disableBypassPermissionsMode: "disable"',
          why: "they ran in a mode in which the client asks nobody",
        },
        bypassed,
      );
    const [file] = shown.reads;
    const name = file?.split("/").at(-1);
    if (verdict === "deny" && effect === "read" && name !== undefined && PLAIN_NAME.test(name))
      add(
        {
          ...{ what: "client-setting", effect: "stops" },
          setting: `permissions.deny: ["Read(**/${mask(name)})"]`,
          why:
            tool === "Read"
              ? "they read a file that holds secrets"
              : "they read a file that holds secrets; in a command the client's rule can be evaded",
        },
        calls,
      );
    if (verdict === "ask")
      add(
        {
          ...{ what: "policy-rule", effect: "spares" },
          setting: `without: [${rule.split("/").at(-1) ?? rule}]`,
          why: "this rule would ask about them; leave it out only where that is your ordinary work",
        },
        calls,
      );
  }
  return [...sums.values()].toSorted((one, other) =>
    one.effect === other.effect ? other.calls - one.calls : one.effect === "stops" ? -1 : 1,
  );
}
