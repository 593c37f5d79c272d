// Migrations and the like against a database that others use: told by the host, the environment or the settings that a call names.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { isLoopback } from "../network/destination.ts";
import { effect, egress } from "../model/verbs.ts";

/** Variables by which frameworks choose what they run against. */
const STAGES = [
  ...["RAILS_ENV", "RACK_ENV", "NODE_ENV", "APP_ENV", "FLASK_ENV", "DJANGO_ENV", "MIX_ENV"],
  ...["ENV", "ENVIRONMENT", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "DEPLOY_ENV", "STAGE"],
  ...["DJANGO_SETTINGS_MODULE", "FLASK_CONFIG", "SPRING_PROFILES_ACTIVE", "HANAMI_ENV"],
];
/** Variables that say where a database is. */
const PLACES = [
  ...["DATABASE_URL", "DB_URL", "POSTGRES_URL", "MYSQL_URL", "MONGODB_URI", "DIRECT_URL"],
  ...["DB_HOST", "PGHOST", "PGHOSTADDR", "MYSQL_HOST", "POSTGRES_HOST", "DATABASE_HOST"],
  ...["FLYWAY_URL", "LIQUIBASE_COMMAND_URL", "GOOSE_DBSTRING", "SQLALCHEMY_DATABASE_URI"],
  ...["ATLAS_URL", "DBMATE_DATABASE_URL", "SQLX_DATABASE_URL"],
];
/** A name of the stage that people work with: `production`, `shop.settings.prod`, `--env=live`. */
const LIVE = /(?:^|[^a-z])(?:prod|production)(?:[^a-z]|$)|(?:^|=)live$/i;
/** Words that only ask, or make files of the project. */
const LOOKS =
  /^(?:status|info|validate|history|current|heads|show|list|check|checks|verify|showmigrations|sqlmigrate|inspectdb|db:version|db:migrate:status|migrate:status|plan|log|lint)$/i;
const MAKES =
  /^(?:generate|create|new|make|make:\w+|makemigrations|revision|init|add|diff|migrations|format|studio|ecto\.gen\.\w+|migrate:make|migration:generate|migration:create|help|--help|-h|--version|version)$/i;

/**
 * What a call of a tool that changes databases does where it names one that others use: it changes a running system, or only
 * asks it. Nothing where no word and no variable says so.
 */
export function liveDatabase(
  args: readonly Text[],
  context: Pick<ModelContext, "variable">,
): readonly Consequence[] {
  const words = args.flatMap((word) => textOf(word) ?? []);
  const hosts = [
    ...words.flatMap((word) => hostOf(word) ?? []),
    ...valuesOf(PLACES, context).map((word) => hostOf(word) ?? word),
  ];
  const [host] = hosts.filter(isElsewhere);
  const isLive =
    host !== undefined || [...words, ...valuesOf(STAGES, context)].some((word) => LIVE.test(word));
  if (!isLive || words.some((word) => MAKES.test(word))) return [];
  if (words.some((word) => LOOKS.test(word))) return [egress(host)];
  return [
    effect<"deploy">({ kind: "deploy", system: "database", operation: "migrate" }),
    egress(host),
  ];
}

function valuesOf(
  names: readonly string[],
  context: Pick<ModelContext, "variable">,
): readonly string[] {
  return names.flatMap((name) =>
    (context.variable(name) ?? []).flatMap((one) => textOf(one) ?? []),
  );
}

/** The host of an address (`jdbc:mysql://db.example.net/shop`), of a setting (`host=db.example.net`). */
function hostOf(word: string): string | undefined {
  const address = /[a-z][\w+.-]*:\/\/(?:[^\s@/]*@)?(\[[^\]]*\]|[^\s:/?#,;]+)/i.exec(word)?.[1];
  const setting = /(?:^|[\s;?&-])(?:host(?:addr)?|server|data source)=([^\s;,&]+)/i.exec(word)?.[1];
  return (address ?? setting)?.toLowerCase();
}

/** A name without a dot is one of this machine's own network, unless it says that it is not. */
function isElsewhere(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isLoopback(bare) || bare === "0.0.0.0" || bare === "host.docker.internal") return false;
  if (LIVE.test(bare)) return true;
  return /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$/.test(bare) && !OWN_NETWORK.test(bare)
    ? true
    : /^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare) || bare.includes(":");
}

/** Names that are only given on this machine and its own network. */
const OWN_NETWORK = /\.(?:local|localhost|test)$/;
