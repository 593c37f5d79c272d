// Whether anything isolates sessions at all, and enough for the tier of the repository.
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

const hasClient = ({ hasClient: it }: Container) => it;

/** Checks of the family `sandbox` about isolation as such. */
export const isolationLooks: Looks = {
  "not-enabled": expecting(
    (sights) => [
      ...(isSet(sights, ["sandbox", "enabled"]) ? ["sandbox.enabled"] : []),
      ...containersOf(sights)
        .filter(hasClient)
        .map(({ file }) => file.shown),
      ...(sights.machine.isContainer.kind === "seen" && sights.machine.isContainer.value
        ? ["a container"]
        : []),
    ],
    {
      message:
        "no sandbox and no container is configured: commands reach all that the user reaches",
      fix: 'add `"sandbox": { "enabled": true, "failIfUnavailable": true, "allowUnsandboxedCommands": false }`',
    },
  ),
  "high-risk-without-isolation": (sights) => {
    const tier = tierOf(sights);
    if (tier === undefined) return notApplicable("no tier is named");
    if (!/regulated|privileged|ci$|high|restricted|critical/.test(tier))
      return notApplicable(`the tier is ${tier}`);
    return expecting(
      () => [
        ...(isSet(sights, ["sandbox", "enabled"]) && isSet(sights, ["sandbox", "failIfUnavailable"])
          ? ["sandbox"]
          : []),
        ...containersOf(sights)
          .filter(hasClient)
          .map(({ file }) => file.shown),
        ...(sights.machine.isContainer.kind === "seen" && sights.machine.isContainer.value
          ? ["a container"]
          : []),
      ],
      {
        message: `the tier is ${tier}, and sessions are not isolated`,
        fix: "work in a dev container, or make the sandbox binding by `failIfUnavailable`",
      },
    )(sights);
  },
};

/** The tier that the policy of the project names, by itself or by the pack that it extends. */
function tierOf({ repository, guard }: Sights): string | undefined {
  const text = repository.files.get(".sallyport/policy.yaml")?.text ?? "";
  const named =
    /^\s*tier:\s*["']?([\w-]+)/m.exec(text)?.[1] ??
    /\btiers?\/([\w-]+)/.exec(text)?.[1] ??
    /^extends:.*\b(regulated|privileged-infrastructure|low-risk|production-adjacent)\b/m.exec(
      text,
    )?.[1];
  const pack =
    guard.kind === "seen"
      ? /^(?:tier-|tiers\/)?(regulated|privileged-infrastructure|low-risk|production-adjacent|ci)$/.exec(
          guard.value.policy ?? "",
        )?.[1]
      : undefined;
  return named ?? pack;
}
