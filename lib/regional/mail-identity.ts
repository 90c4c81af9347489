import { DataAwsSesv2EmailIdentity } from "@cdktf/provider-aws/lib/data-aws-sesv2-email-identity";
import { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import { Sesv2EmailIdentity } from "@cdktf/provider-aws/lib/sesv2-email-identity";
import { Sesv2EmailIdentityMailFromAttributes } from "@cdktf/provider-aws/lib/sesv2-email-identity-mail-from-attributes";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { scopeOf } from "../scope/scope";
import { limitName } from "./name-limit";

/** A domain that one region may send mail for. */
export interface IMailIdentity {
  readonly arn: string;
  /** Three names, each a CNAME record `<token>._domainkey.<domain>` to `<token>.dkim.amazonses.com`. */
  readonly dkimTokens: string[];
  /** Name that bounces go to; it needs an MX record of the region and an SPF record. */
  readonly mailFrom: string;
  /** Region code, for the MX record's `feedback-smtp.<region>.amazonses.com`. */
  readonly region: string;
}

/** Which domain sends mail from a region. */
export interface MailIdentityProps {
  /** Domain in the `From` address, such as `example.com`. Changing it plans a new identity. */
  readonly domain: string;
  /** Where bounces go, a name below the domain that the region has for itself, such as `mail-eu-west-1.example.com`. */
  readonly mailFrom: string;
  /** Domain of an identity that exists and is managed here from now on, as in "domain". @default - a new one */
  readonly importId?: string;
}

/** A mail identity that is managed elsewhere. */
export interface ExistingMailIdentityProps {
  readonly domain: string;
  /** The identity's MAIL FROM domain, as it is. */
  readonly mailFrom: string;
}

/** Easy DKIM gives every domain three. Source: SES developer guide, "Easy DKIM in Amazon SES". */
const DKIM_TOKENS = [0, 1, 2];

/**
 * The right to send mail for a domain from one region, signed by Easy DKIM with 2048 bits, over TLS only.
 *
 * The tokens differ from region to region, so both regions' records stand in DNS side by side, and mail can be sent from
 * both at any time. It is verified as soon as SES sees the records, which may take up to 72 hours. A region's account
 * starts in the sandbox: ask for production access days ahead.
 *
 * Until the MX record of the MAIL FROM domain is seen, mail goes out under SES's own; none is refused.
 * Nothing here holds data.
 *
 * Cost: none but the mail.
 */
export class MailIdentity extends Construct implements IMailIdentity {
  readonly arn: string;
  readonly dkimTokens: string[];
  readonly mailFrom: string;
  readonly region: string;
  /** Applied to all mail of the identity, unless the sender names another. */
  readonly configurationSetName: string;

  /** An identity that is managed elsewhere, read from AWS. */
  static fromExisting(scope: Construct, id: string, props: ExistingMailIdentityProps): IMailIdentity {
    const found = new DataAwsSesv2EmailIdentity(scope, id, { emailIdentity: props.domain });
    return {
      arn: found.arn,
      dkimTokens: tokens(found.dkimSigningAttributes.get(0).tokens),
      mailFrom: props.mailFrom,
      region: scopeOf(scope)?.region ?? found.region,
    };
  }

  constructor(scope: Construct, id: string, props: MailIdentityProps) {
    super(scope, id);
    this.configurationSetName = props.domain.replaceAll(".", "-");
    limitName(this, this.configurationSetName, {
      what: "mail configuration set",
      longest: 64,
      form: /^[a-zA-Z0-9_-]+$/,
      formInWords: 'letters, digits, "_" and "-"; it is made of "domain"',
    });
    this.node.addValidation({ validate: () => faults(this.node.path, props) });
    const rules = new Sesv2ConfigurationSet(this, "rules", {
      configurationSetName: this.configurationSetName,
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
    });
    const identity = new Sesv2EmailIdentity(this, "identity", {
      emailIdentity: props.domain,
      configurationSetName: rules.configurationSetName,
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    });
    if (props.importId !== undefined) identity.importFrom(props.importId);
    new Sesv2EmailIdentityMailFromAttributes(this, "mail-from", {
      emailIdentity: identity.emailIdentity,
      mailFromDomain: props.mailFrom,
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
    this.arn = identity.arn;
    this.dkimTokens = tokens(identity.dkimSigningAttributes.tokens);
    this.mailFrom = props.mailFrom;
    this.region = scopeOf(this)?.region ?? identity.region;
  }
}

function tokens(list: string[]): string[] {
  return DKIM_TOKENS.map((index) => Fn.element(list, index) as string);
}

function faults(path: string, { domain, mailFrom }: MailIdentityProps): string[] {
  if (Token.isUnresolved(domain) || Token.isUnresolved(mailFrom) || mailFrom.endsWith(`.${domain}`))
    return [];
  return [
    `${path}: mailFrom: found "${mailFrom}", expected a name below ${domain}, as SES asks for. Fix: change "mailFrom".`,
  ];
}
