// Where a session's client keeps its configuration.

/** The client's configuration directory, from where it keeps its transcripts: `<config>/projects/<name>/<id>.jsonl`. */
export function configDirectoryOf(transcriptPath: string | undefined): string | undefined {
  return /^(\/.+)\/projects\/[^/]+\/[^/]+\.jsonl$/.exec(transcriptPath ?? "")?.[1];
}
