// ssh-keygen: makes keys, changes them, shows their public part, signs, and looks after known hosts.
import { append, hole, literal } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, usesKey, usesKeyTo, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

export const sshKeygen: CommandModel = command({
  names: ["ssh-keygen"],
  options: {
    file: taking("-f"),
    reads: taking("-s -r -D -w"),
    lookup: taking("-F"),
    remove: taking("-R"),
    verb: taking("-Y"),
    choice: taking("-b -t -C -N -P -Z -a -m -n -V -z -I -O -E -S -j -J -M -W -G -T"),
    fingerprint: flags("-l -B"),
    show: flags("-L -e -Q"),
    public: flags("-y"),
    change: flags("-p -c -k -i -A -H -h -u"),
    style: flags("-q -v -g -K -U"),
  },
  effects: ({ has, values, operands }, { home }) => {
    const usual = append(literal(home), literal("/.ssh/id_ed25519"));
    const known = append(literal(home), literal("/.ssh/known_hosts"));
    const given = values("file");
    if (has("lookup") || has("remove")) {
      const hosts = given.length > 0 ? given : [known];
      return hosts.map((path) => (has("remove") ? writes(path) : reads(path)));
    }
    const files = given.length > 0 ? given : [usual];
    // A fingerprint or public part is made of the file; the private part is shown by none of these.
    const isFingerprint = has("fingerprint") && !has("show") && !has("public");
    const isOther = ["show", "fingerprint", "change", "verb", "reads"].some(has);
    if (has("public") && !isOther) {
      const made = files.map((path) => usesKeyTo(path, "show its public key"));
      return [...made, prints([[hole("unmodelled")]])];
    }
    if (["show", "public", "fingerprint"].some(has) && !has("change"))
      return [
        // WHY of a fingerprint alone: the other forms are made of the key itself.
        ...files.map((path) => (isFingerprint ? usesKey(path) : reads(path))),
        prints(isFingerprint ? [[hole("unmodelled")]] : files.flatMap((path) => madeOf([path]))),
      ];
    if (has("verb"))
      return [...files, ...values("reads"), ...operands].flatMap((path): Consequence[] => [
        reads(path),
        writes(append(path, literal(".sig"))),
      ]);
    return [
      ...values("reads").map((path) => reads(path)),
      ...[...files, ...(has("change") ? operands : [])].flatMap((path) => [
        writes(path, "create"),
        writes(append(path, literal(".pub")), "create"),
      ]),
    ];
  },
});
