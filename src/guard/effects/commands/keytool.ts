// keytool: stores of keys and certificates for Java.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";

const LOOKS = /^-(?:list|printcert|printcertreq|printcrl|exportcert|export|certreq|showinfo|help)$/;

export const keytool: CommandModel = command({
  names: ["keytool"],
  options: {
    store: taking("-keystore -destkeystore"),
    source: taking("-srckeystore"),
    input: taking("-file -infile -jarfile"),
    output: taking("-outfile"),
    password: taking("-storepass:file -keypass:file -srcstorepass:file -deststorepass:file"),
    server: taking("-sslserver"),
    code: taking("-providerclass -providerpath -provider -addprovider -providerarg -J"),
    choice: taking(
      "-alias -destalias -srcalias -dname -keyalg -keysize -sigalg -validity -startdate -ext -storetype -srcstoretype -deststoretype -storepass -keypass -srcstorepass -deststorepass -srckeypass -destkeypass -new -groupname -signer -signerkeypass -id -storepass:env -keypass:env",
    ),
    style: flags(
      "-v -rfc -noprompt -trustcacerts -protected -cacerts -srcprotected -destprotected -gencert-chain -h -help --help -tls",
    ),
    verb: flags(
      "-list -printcert -printcertreq -printcrl -exportcert -export -certreq -showinfo -genkeypair -genkey -genseckey -gencert -importcert -import -importkeystore -importpass -changealias -delete -storepasswd -keypasswd -selfcert -identitydb",
    ),
  },
  effects: ({ args, values, has }, { home }) => {
    const isLook = args.some((word) => LOOKS.test(textOf(word) ?? ""));
    const exports = args.some((word) =>
      /^-(?:exportcert|export|certreq|gencert)$/.test(textOf(word) ?? ""),
    );
    // These look at a file or a server, and at no store unless one is named.
    const isWithout = args.some((word) =>
      /^-(?:printcert|printcertreq|printcrl|showinfo)$/.test(textOf(word) ?? ""),
    );
    const usual = isWithout ? [] : [literal(`${home}/.keystore`)];
    const stores = values("store").length > 0 ? values("store") : usual;
    const isNone = args.every((word) => /^-(?:help|h|-help)$/.test(textOf(word) ?? ""));
    if (isNone) return [prints([[]])];
    return [
      ...[
        ...stores,
        ...values("source"),
        ...values("password"),
        ...(exports ? [] : values("input")),
      ].map((path) => reads(path)),
      ...(isLook ? [] : stores.map((path) => writes(path, "change"))),
      ...[...values("output"), ...(exports ? values("input") : [])].map((path) =>
        writes(path, "create"),
      ),
      ...values("server").map(
        (url) =>
          ({ kind: "contacts", url, scheme: "tls", carries: [{ kind: "argument" }] }) as const,
      ),
      ...(has("code") ? [cannotTell("dynamic-code", "a provider that `keytool` loads")] : []),
      prints(madeOf(stores)),
    ];
  },
});
