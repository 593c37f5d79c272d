// Every detector, by the order of its file's name. A file has one detector or a list of them.
import { lazily } from "#base/lazily.ts";
import type { Detector } from "../detection/detector.ts";
import { keywordTable } from "../detection/keyword-table.ts";
import { assignedSecret } from "./assigned-secret.ts";
import { authorizationHeader } from "./authorization-header.ts";
import { awsAccessKeyId } from "./aws-access-key-id.ts";
import { callArgument } from "./call-argument.ts";
import { commandOption } from "./command-option.ts";
import { commandPassword } from "./command-password.ts";
import { configFiles } from "./config-files.ts";
import { aiCredentials } from "./credentials/ai.ts";
import { amazonAndGoogleCredentials } from "./credentials/amazon-and-google.ts";
import { businessServicesCredentials } from "./credentials/business-services.ts";
import { cloudsCredentials } from "./credentials/clouds.ts";
import { codeHostingCredentials } from "./credentials/code-hosting.ts";
import { continuousIntegrationCredentials } from "./credentials/continuous-integration.ts";
import { databasesCredentials } from "./credentials/databases.ts";
import { developerServicesCredentials } from "./credentials/developer-services.ts";
import { identityCredentials } from "./credentials/identity.ts";
import { keysCredentials } from "./credentials/keys.ts";
import { messagingCredentials } from "./credentials/messaging.ts";
import { microsoftAzureCredentials } from "./credentials/microsoft-azure.ts";
import { observabilityCredentials } from "./credentials/observability.ts";
import { packageRegistriesCredentials } from "./credentials/package-registries.ts";
import { paymentsCredentials } from "./credentials/payments.ts";
import { secretManagersCredentials } from "./credentials/secret-managers.ts";
import { socialAndMapsCredentials } from "./credentials/social-and-maps.ts";
import { workAndContentCredentials } from "./credentials/work-and-content.ts";
import { declaredSecret } from "./declared-secret.ts";
import { besideName } from "./health/beside-name.ts";
import { clinical } from "./health/clinical.ts";
import { exchangeFields } from "./health/exchange-fields.ts";
import { hl7Fields } from "./health/hl7-fields.ts";
import { records } from "./health/records.ts";
import { usIdentifiers } from "./health/us-identifiers.ts";
import { jsonWebToken } from "./json-web-token.ts";
import { documents } from "./personal/documents.ts";
import { emailAddress } from "./personal/email-address.ts";
import { iban } from "./personal/iban.ts";
import { ipAddress } from "./personal/ip-address.ts";
import { nameInContext } from "./personal/name-in-context.ts";
import { nationalIds } from "./personal/national-ids.ts";
import { paymentCard } from "./personal/payment-card.ts";
import { person } from "./personal/person.ts";
import { phoneNumber } from "./personal/phone-number.ts";
import { usSsn } from "./personal/us-ssn.ts";
import { privateKey } from "./private-key.ts";
import { tableSecret } from "./table-secret.ts";
import { urlCredentials } from "./url-credentials.ts";
import { withheldValue } from "./withheld-value.ts";

export const DETECTORS_BY_FILE: readonly (Detector | readonly Detector[])[] = [
  // One a line, in the order of the files.
  assignedSecret,
  authorizationHeader,
  awsAccessKeyId,
  callArgument,
  commandOption,
  commandPassword,
  configFiles,
  aiCredentials,
  amazonAndGoogleCredentials,
  businessServicesCredentials,
  cloudsCredentials,
  codeHostingCredentials,
  continuousIntegrationCredentials,
  databasesCredentials,
  developerServicesCredentials,
  identityCredentials,
  keysCredentials,
  messagingCredentials,
  microsoftAzureCredentials,
  observabilityCredentials,
  packageRegistriesCredentials,
  paymentsCredentials,
  secretManagersCredentials,
  socialAndMapsCredentials,
  workAndContentCredentials,
  declaredSecret,
  besideName,
  clinical,
  exchangeFields,
  hl7Fields,
  records,
  usIdentifiers,
  jsonWebToken,
  documents,
  emailAddress,
  iban,
  ipAddress,
  nameInContext,
  nationalIds,
  paymentCard,
  person,
  phoneNumber,
  usSsn,
  privateKey,
  tableSecret,
  urlCredentials,
  withheldValue,
];

export const DETECTORS: readonly Detector[] = DETECTORS_BY_FILE.flat();

/** The table of their keywords. As the program is built it and the list above are data, and a rule is loaded when it is met. */
export const keywordsOfDetectors = lazily(() => keywordTable(DETECTORS));
