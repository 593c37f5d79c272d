// Databases and services that others use, among the words and the input of a program without a model.
import { type Text, type TextSet, textOf } from "../../shell/values/text.ts";
import type { Consequence } from "../model/command-model.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { effect } from "../model/verbs.ts";

/** A statement after which data are gone, at the start of a text, of a line or behind another statement. */
const STATEMENT =
  /(?:^|[;\n])\s*(?:drop\s+(?:(?:external|temporary|materialized|global|unique)\s+)?(?:table|stream|keyspace|database|schema|index|type|collection|graph|view|measurement|namespace|user|role|tablespace|topic|series|'[\w:.-]+')|truncate(?:\s+table\b|\s+'[\w:.-]+'|\s+\w+\.\w+|:)|delete\s+from\s+[\w"`[]|alter\s+(?:table|user|role|system|database)\s|remove\s+(?:table|namespace|database)\s|flush_?(?:all|db)\b|disable(?:_all)?\s+'|deleteall\s+'|db\.(?:\w+\.)?_?(?:drop\w*|truncate|remove|deleteMany)\()|\bdetach\s+delete\b/i;

/** Programs that show, check or rewrite statements and run none. */
const READERS =
  /(?:format|fmt|lint|fluff|pygment|highlight|squawk|prettier|diff|grep|pars|glot|migra|codegen|sqlc|figlet|cowsay|spell|translate|commit|ai|chat|llm|gpt)/i;
/** Options whose value is a text for people. */
const TEXT_OPTION = /^(?:-m|--message|--title|--body|--description|--comment|--notes?|--subject)$/;

/** Services that hold money, customers, keys or switches of others, by their programs; and the words of a call that only looks. */
const SERVICES =
  /^(?:stripe|twilio|pd|ldcli|auth0|okta|contentful|shopify|sanity|algolia|newrelic|sendgrid|mailgun|postmark|intercom|zendesk|zcli|hubspot|braze|checkly|statuspage|opsgenie|dog|paddle|chargebee|recurly|xero|plaid|dnsimple|namecheap|godaddy|gandi|porkbun)$/;
const LOOKS =
  /(?:^|[ :])(?:list|ls|get|show|retrieve|search|logs?|tail|listen|help|status|whoami|login|logout|version|completion|open|docs|samples|describe|info|dev|serve|preview|build|lint|check|validate|pull|init|trigger|fixtures|generate|codegen|export|test|diff|config|--help|-h|--version|--dry-run)(?= |$)/;

/** So many characters are looked through. */
const TEXT_CHARS_MAX = 4_096;

/** What a call of such a program changes elsewhere. */
export function servicesChanged(
  name: string,
  args: readonly Text[],
  stdin: TextSet,
): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const line = words.map((word) => word ?? "?").join(" ");
  const texts = [
    ...words.filter((_, at) => !TEXT_OPTION.test(words[at - 1] ?? "")),
    ...stdin.map(textOf),
  ];
  const isDestroyed =
    !READERS.test(name) &&
    texts.some((text) => text !== undefined && STATEMENT.test(text.slice(0, TEXT_CHARS_MAX)));
  const isChanged = SERVICES.test(name) && words.length > 0 && !LOOKS.test(line);
  return [
    ...(isDestroyed ? databaseEffect("destroys") : []),
    ...(isChanged
      ? [
          effect<"deploy">({
            kind: "deploy",
            system: `what \`${name}\` manages`,
            operation: words.slice(0, 2).join(" "),
          }),
        ]
      : []),
  ];
}
