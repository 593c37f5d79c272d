// sops: files whose values are encrypted; the keys lie with the person or in an account of a cloud.
import { EMPTY, hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import { egress, toAccount } from "../model/verbs.ts";

const VERBS =
  /^(?:decrypt|encrypt|edit|rotate|set|unset|updatekeys|groups|publish|keyservice|exec-env|exec-file|filestatus|completion|help)$/;

export const sops: CommandModel = command({
  names: ["sops"],
  options: {
    decrypt: flags("-d --decrypt"),
    encrypt: flags("-e --encrypt"),
    inPlace: flags("-i --in-place"),
    rotate: flags("-r --rotate"),
    output: taking("--output"),
    config: taking("--config"),
    service: taking("--keyservice"),
    choice: taking(
      "--input-type --output-type --extract --set --value --kms -k --gcp-kms --azure-kv --hc-vault-transit --pgp -p --age -a --add-kms --rm-kms --add-pgp --rm-pgp --add-age --rm-age --add-gcp-kms --rm-gcp-kms --unencrypted-suffix --encrypted-suffix --unencrypted-regex --encrypted-regex --unencrypted-comment-regex --encrypted-comment-regex --filename-override --filename --user --aws-profile --shamir-secret-sharing-threshold --decryption-order --indent --encryption-context --idempotent",
    ),
    glued: maybeTaking("--enable-local-keyservice"),
    style: flags(
      "--ignore-mac --verbose -s --show-master-keys --background --no-fifo --pristine --same-process -y --yes --recursive --mac-only-encrypted --disable-version-check --check-for-updates -h -v",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, { home }) => {
    if (has("about") || operands.length === 0) return [prints(EMPTY)];
    const [first = []] = operands;
    const verb = VERBS.test(textOf(first) ?? "") ? textOf(first) : undefined;
    const rest = verb === undefined ? operands : operands.slice(1);
    const files = (
      verb?.startsWith("exec-") === true
        ? rest.slice(0, 1)
        : verb === "set" || verb === "unset"
          ? rest.slice(0, 1)
          : rest
    ).filter(isFile);
    const opens =
      has("decrypt") ||
      has("rotate") ||
      (verb !== "encrypt" && !has("encrypt") && verb !== "filestatus");
    const secret: Text = [hole("unmodelled", { sources: [{ kind: "unknown" }] })];
    const changes =
      has("inPlace") ||
      /^(?:edit|rotate|set|unset|updatekeys|groups)$/.test(verb ?? "") ||
      (verb === undefined && !has("decrypt") && !has("encrypt"));
    const found: Consequence[] = [
      ...[...files, ...values("config")].map((path) => reads(path)),
      // What was encrypted is opened with the person's key.
      ...(opens ? [reads(literal(`${home}/.config/sops/age/keys.txt`)), toAccount()] : []),
      ...(changes ? files.map((path) => writes(path, "change", { content: [secret] })) : []),
      ...values("output").map((path) => writes(path, "create", { content: [secret] })),
      ...(has("service") ? [egress(undefined, [{ kind: "argument" }, { kind: "unknown" }])] : []),
    ];
    if (verb === "exec-env" || verb === "exec-file")
      found.push(...rest.slice(1).map((text) => runsInShell(text, stdin)));
    if (verb === "publish") found.push(egress(undefined, [{ kind: "unknown" }]));
    if (verb === "keyservice")
      found.push(cannotTell("unmodelled", "a service that opens what is encrypted"));
    // Without a verb it opens an editor.
    if (
      verb === "edit" ||
      (verb === undefined && !has("decrypt") && !has("encrypt") && !has("rotate"))
    )
      found.push(runsFrom("sops"));
    return [...found, prints([secret])];
  },
});
