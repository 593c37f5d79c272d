// Which archive a person means: a folder, or `s3://bucket/prefix` with region and endpoint; and the credentials for it.
import { existsSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import type { ArchivePlace } from "#record/store/archiving.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import { isSafeAddress } from "../secrets/bounded-request.ts";
import { openFolderPlace } from "./folder-place.ts";
import { repositoryAround } from "./repository-around.ts";
import { openS3Place } from "./s3-place.ts";
import type { S3Credentials } from "./s3-signature.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The place that `text` names: an absolute or relative folder, or
 * `s3://bucket/prefix?region=eu-central-1&endpoint=https://host`. Throws a Failure `usage` for what is neither, and for a
 * folder inside of the data directory or of a repository.
 */
export function openPlace(
  text: string,
  {
    data,
    environment = process.env,
  }: { readonly data: string; readonly environment?: Environment },
): ArchivePlace {
  return text.startsWith("s3:") ? bucketPlace(text, environment) : folderPlace(text, data);
}

/** The name of a place as it is kept: a folder with its whole path. */
export function placeName(text: string): string {
  return text.startsWith("s3:") ? text : resolve(text);
}

function folderPlace(text: string, data: string): ArchivePlace {
  const folder = resolve(text);
  const inside = relative(data, folder);
  if (inside === "" || (!inside.startsWith("..") && !isAbsolute(inside)))
    throw new Failure(
      "usage",
      `\`${printable(folder)}\` lies in the data directory: what destroys the log there destroys its copy; name another disk`,
    );
  const repository = repositoryAround(folder);
  if (repository !== undefined)
    throw new Failure(
      "usage",
      `\`${printable(folder)}\` lies in the repository \`${printable(repository)}\`, where sessions write: name a folder outside of it`,
    );
  return openFolderPlace(folder);
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?$/;
const REGION = /^[a-z0-9-]{1,40}$/;

function bucketPlace(text: string, environment: Environment): ArchivePlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bucket = url?.host ?? "";
  const prefix = (url?.pathname ?? "").replace(/^\//, "").replace(/\/$/, "");
  const known = ["region", "endpoint"];
  const isWell =
    text.startsWith("s3://") &&
    BUCKET.test(bucket) &&
    PREFIX.test(prefix) &&
    [...(url?.searchParams.keys() ?? [])].every((key) => known.includes(key));
  if (!isWell)
    throw new Failure(
      "usage",
      `\`${printable(text)}\` names no bucket: write \`s3://bucket/prefix\`, with \`?region=NAME\` and \`&endpoint=URL\` where they are needed`,
    );
  const region =
    url?.searchParams.get("region") ??
    environment["AWS_REGION"] ??
    environment["AWS_DEFAULT_REGION"] ??
    "us-east-1";
  if (!REGION.test(region)) throw new Failure("usage", "the region is no name of a region");
  const endpoint =
    url?.searchParams.get("endpoint") ??
    environment["AWS_ENDPOINT_URL_S3"] ??
    environment["AWS_ENDPOINT_URL"];
  return openS3Place({
    name: `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`,
    base: baseOf(bucket, region, endpoint),
    prefix,
    region,
    credentials: credentialsFrom(environment),
    nowMs: () => Date.now(),
    sleep: (waitMs) => sleep(waitMs),
  });
}

/** WHY the path where an endpoint is named, or the bucket has dots: certificates cover one label. */
function baseOf(bucket: string, region: string, endpoint: string | undefined): string {
  if (endpoint === undefined)
    return bucket.includes(".")
      ? `https://s3.${region}.amazonaws.com/${bucket}`
      : `https://${bucket}.s3.${region}.amazonaws.com`;
  const address = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (address === undefined || !isSafeAddress(address))
    throw new Failure("usage", "the endpoint is an `https://` address, or one on this machine");
  return `${address.origin}${address.pathname.replace(/\/$/, "")}/${bucket}`;
}

/** From `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, else from `~/.aws/credentials` under `AWS_PROFILE`. */
function credentialsFrom(environment: Environment): S3Credentials {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = environment;
  if (id && secret) return { id, secret, token: environment["AWS_SESSION_TOKEN"] || undefined };
  const file =
    environment["AWS_SHARED_CREDENTIALS_FILE"] ?? join(homeDirectory(), ".aws", "credentials");
  const found = existsSync(file)
    ? profileIn(
        readPrivateFile(file, { secret: true }) ?? "",
        environment["AWS_PROFILE"] ?? "default",
      )
    : undefined;
  if (found !== undefined) return found;
  throw new Failure(
    "archive",
    "there are no credentials for the bucket: set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or write them to `~/.aws/credentials`",
  );
}

function profileIn(text: string, profile: string): S3Credentials | undefined {
  const values: Record<string, string> = {};
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    section = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim() ?? section;
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (section === profile && name !== undefined && value !== undefined) values[name] = value;
  }
  const { aws_access_key_id: id, aws_secret_access_key: secret, aws_session_token: token } = values;
  return id === undefined || secret === undefined ? undefined : { id, secret, token };
}
