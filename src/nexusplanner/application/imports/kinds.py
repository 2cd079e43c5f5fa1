"""What a file may bring, and the fields its columns may be mapped to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ImportKind(StrEnum):
    """What a file brings."""

    SERVICES = "services"
    SIGNALS = "signals"
    COMPANIES = "companies"
    CUSTOMERS = "customers"
    DEALS = "deals"
    ACTUALS = "actuals"


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field a column may be mapped to. known_as: normalised headings that mean it."""

    name: str
    help: str
    required: bool = False
    known_as: tuple[str, ...] = ()


FIELDS: Mapping[ImportKind, tuple[Field, ...]] = {
    ImportKind.SERVICES: (
        Field(name="name", help="Name of the service", required=True, known_as=("service", "product", "title")),
        Field(name="category", help="What kind of service", known_as=("type", "group")),
        Field(name="description", help="What it is, in a sentence or two", known_as=("summary", "details", "about")),
        Field(name="target_audience", help="Who it is for", known_as=("audience", "for", "target")),
        Field(name="benefits", help="Benefits, separated by ;", known_as=("benefit", "advantages")),
        Field(name="proofs", help="Facts that prove it, separated by ;", known_as=("proof", "evidence", "references")),
        Field(name="price", help="Price in the brand's currency", known_as=("cost", "list price")),
    ),
    ImportKind.SIGNALS: (
        Field(name="source", help="Where it comes from", required=True, known_as=("publisher", "feed", "origin")),
        Field(name="content", help="What it says", required=True, known_as=("text", "body", "description", "summary")),
        Field(name="title", help="Its heading", known_as=("headline", "subject")),
        Field(
            name="timestamp", help="When it was published", required=True, known_as=("date", "time", "published", "day")
        ),
        Field(name="impact", help="-1 (bad for us) to 1 (good for us)", known_as=("sentiment", "score")),
        Field(name="topics", help="Topics, separated by ;", known_as=("topic", "tags", "keywords")),
        Field(name="region", help="Country or region it is about", known_as=("country", "market")),
        Field(name="url", help="Where it can be read", known_as=("link", "address")),
    ),
    ImportKind.COMPANIES: (
        Field(
            name="external_id",
            help="The key in your own system",
            required=True,
            known_as=("id", "company id", "account id", "record id", "key"),
        ),
        Field(
            name="name",
            help="Name of the company",
            required=True,
            known_as=("company", "company name", "account", "account name", "organisation", "organization"),
        ),
        Field(
            name="domain", help="Its web domain", known_as=("company domain name", "website", "website url", "web site")
        ),
        Field(name="industry", help="Industry", known_as=("sector", "branch")),
        Field(
            name="region",
            help="Country or region",
            known_as=("country", "country/region", "billing country", "market", "state"),
        ),
        Field(
            name="employees",
            help="Number of employees",
            known_as=("number of employees", "staff", "company size", "size"),
        ),
    ),
    ImportKind.CUSTOMERS: (
        Field(
            name="external_id",
            help="The key in your own system",
            required=True,
            known_as=("id", "customer id", "contact id", "record id", "key"),
        ),
        Field(name="name", help="Name of the customer", required=True, known_as=("customer", "full name", "contact")),
        Field(name="email", help="E-mail address", known_as=("e mail", "mail")),
        Field(name="company", help="Company", known_as=("account", "organisation", "organization")),
        Field(
            name="company_key",
            help="Key or domain of a company that is here already",
            known_as=("company id", "account id", "associated company ids", "company domain", "company domain name"),
        ),
        Field(name="industry", help="Industry", known_as=("sector", "branch")),
        Field(name="region", help="Country or region", known_as=("country", "market", "state")),
        Field(name="employees", help="Number of employees", known_as=("staff", "company size", "size")),
        Field(name="since", help="Customer since", known_as=("customer since", "created", "signup date")),
        Field(name="lifetime_value", help="Bought so far", known_as=("ltv", "revenue", "total spent", "value")),
        Field(name="preferred_channel", help="Channel they answer to", known_as=("channel",)),
        Field(
            name="consent",
            help="Whether they agreed to be written to: yes, no or unknown",
            known_as=("opt in", "opted in", "opt out", "opted out", "unsubscribed", "marketing consent", "newsletter"),
        ),
        Field(name="segment", help="Segment by name; made when new", known_as=("group", "audience", "cluster")),
    ),
    ImportKind.DEALS: (
        Field(
            name="external_id",
            help="The key in your own system",
            required=True,
            known_as=("id", "deal id", "opportunity id", "record id", "key"),
        ),
        Field(
            name="name",
            help="Name of the deal",
            required=True,
            known_as=("deal", "deal name", "opportunity", "opportunity name"),
        ),
        Field(
            name="stage",
            help="Its stage; “won” or “lost” in it ends the deal where no column says whether it was won",
            known_as=("deal stage", "status", "phase"),
        ),
        Field(
            name="won",
            help="Whether it was won: yes or won, no or lost, open",
            known_as=("is won", "outcome", "result"),
        ),
        Field(name="amount", help="What it is worth", known_as=("value", "deal value", "deal amount", "total")),
        Field(
            name="currency",
            help="Currency of the amount, such as USD; the brand's where empty",
            known_as=("deal currency", "amount currency", "currency code"),
        ),
        Field(name="closed_on", help="Day it ended or is to end", known_as=("close date", "closed", "closing date")),
        Field(
            name="company_key",
            help="Key or domain of a company that is here already",
            known_as=(
                *("company id", "account id", "associated company ids", "company domain"),
                *("company", "company name", "associated company", "account", "account name"),
            ),
        ),
        Field(
            name="customers",
            help="Keys or e-mail addresses of customers who are here already, separated by ;",
            known_as=("contacts", "contact ids", "customer ids", "associated contact ids", "contact email"),
        ),
    ),
    ImportKind.ACTUALS: (
        Field(name="day", help="First day of the period", required=True, known_as=("date", "week", "week start", "ds")),
        Field(name="channel", help="Channel (one row per channel and day)", known_as=("medium", "media")),
        Field(name="spend", help="Spend of the row's channel", known_as=("cost", "amount spent")),
        Field(name="impressions", help="Impressions of the row's channel", known_as=("views",)),
        Field(name="clicks", help="Clicks of the row's channel", known_as=("link clicks",)),
        Field(
            name="outcome",
            help="The brand's outcome (revenue, sign-ups)",
            known_as=("revenue", "sales", "conversions", "y", "sign ups", "orders"),
        ),
        Field(name="spend:CHANNEL", help="Spend of the named channel (one row per day)"),
        Field(name="control:NAME", help="Something else that moves the outcome, such as price"),
    ),
}
