// Scripts that are meant to hold sessions: flags that do not exist, and firewalls that leave ways open.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { downloadsCode } from "../../addresses.ts";
import { type Container, containersOf, type Said } from "../../containers.ts";
import {
  expecting,
  isGuarded,
  isSet,
  itemsAt,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../../looking.ts";
import { isPinnedImage } from "../../package-spec.ts";
import { packageScripts, scriptFiles } from "../../scripts-seen.ts";
import { isBroadPlace, isCredentialPlace, isSecretPlace } from "../../secret-places.ts";
import type { Sights } from "../../sights.ts";
import { rulesIn } from "../permissions.ts";

const scripts = (sights: Sights) =>
  [...scriptFiles(sights), ...containersOf(sights).map(({ file }) => file)].filter(
    (file, index, all) => all.indexOf(file) === index,
  );

/** Checks of the family `sandbox` about scripts around the client. */
export const firewallLooks: Looks = {
  "flag-without-effect": ofFiles(
    (sights) =>
      [...scripts(sights), ...packageScripts(sights).map(({ file }) => file)].filter(
        (file, index, all) => all.indexOf(file) === index,
      ),
    "script",
    (file) =>
      linesOf(file)
        .filter(({ text }) => !/^\s*#/.test(text) && /\bclaude\b[^\n|;&]*\s--sandbox\b/.test(text))
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "the client has no flag `--sandbox`: nothing is held by it",
            'write `"sandbox": { "enabled": true, "failIfUnavailable": true }` in settings',
          ),
        ),
  ),
  "firewall-by-name": ofFiles(scripts, "script", (file) =>
    linesOf(file)
      .filter(
        ({ text }) =>
          !/^\s*#/.test(text) &&
          /\bip6?tables\b/.test(text) &&
          /\s(?:-d|--destination|--dst)[= ]["']?[a-z][\w-]*(?:\.[\w-]+)+/i.test(text) &&
          !/\$/.test(/\s(?:-d|--destination|--dst)[= ](\S+)/.exec(text)?.[1] ?? ""),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "the name is looked up once, and the rule holds yesterday's number",
          "send traffic through a proxy that knows names, such as the sandbox's `allowedDomains`",
        ),
      ),
  ),
  "firewall-one-port": ofFiles(scripts, "script", (file) => {
    const text = file.text ?? "";
    const isClosed =
      /ip6?tables\b[^\n]*(?:-P|--policy)\s+OUTPUT\s+(?:DROP|REJECT)|policy\s+drop|-A\s+OUTPUT\s+(?:-o\s+\S+\s+)?-j\s+(?:DROP|REJECT)/i.test(
        text,
      );
    if (isClosed) return [];
    return linesOf(file)
      .filter(
        ({ text: one }) =>
          !/^\s*#/.test(one) &&
          /\bip6?tables\b/.test(one) &&
          /\bOUTPUT\b/.test(one) &&
          /--dports?\s+\S+/.test(one) &&
          /-j\s+(?:DROP|REJECT)/.test(one),
      )
      .slice(0, 1)
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "every other port stays open",
          "close everything first: `iptables -P OUTPUT DROP`, and the same with ip6tables",
        ),
      );
  }),
};
