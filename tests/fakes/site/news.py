"""What the papers of the site report. Stories with the same name are one story, told by several papers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report. hours: before now. slug: of its page. story: what it is about."""

    story: str
    slug: str
    hours: float
    title: str
    text: str


MORNING = (
    Report(
        story="ruling",
        slug="court-working-hours",
        hours=5,
        title="Court: small firms must record working hours from January",
        text=(
            "The federal labour court has ruled that firms with ten or more employees must record working hours "
            "electronically from January. Owners who keep paper sheets have three months to change. Unions welcomed "
            "the ruling on time tracking; the chamber of crafts asked for simple tools that work on building sites."
        ),
    ),
    Report(
        story="payroll",
        slug="payroll-filing-deadline",
        hours=9,
        title="Payroll filing deadline moves to the tenth of the month",
        text=(
            "From next year payroll must be filed by the tenth of the month instead of the fifteenth, the tax office "
            "said on Monday. Finance managers of small firms expect more corrections in the first quarter, because "
            "approved hours often arrive late."
        ),
    ),
    Report(
        story="coffee",
        slug="arabica-price",
        hours=20,
        title="Arabica reaches its highest price in eleven years",
        text=(
            "Green arabica beans rose to 4.12 dollars a pound after drought in Minas Gerais. Roasters say that "
            "subscriptions with fixed prices will be hard to keep, and that single origin coffee may cost a fifth more "
            "by spring."
        ),
    ),
    Report(
        story="remote",
        slug="field-crews-offline",
        hours=30,
        title="One in three field crews still works without a network",
        text=(
            "A survey of 1,200 construction and logistics firms finds that 34 percent of field crews have no network "
            "for at least an hour a day. They write hours on paper and type them in at night, which costs a team of "
            "fifty about six hours a week."
        ),
    ),
    Report(
        story="gifts",
        slug="gift-boxes-early",
        hours=44,
        title="Shoppers buy gift boxes two weeks earlier than last year",
        text=(
            "Retailers see the first orders of gift boxes in early November. Food and coffee sets lead the list, and "
            "buyers ask for delivery dates more often than for discounts."
        ),
    ),
)
WIRE = (
    Report(
        story="ruling",
        slug="working-time-ruling",
        hours=4,
        title="Labour court: working hours must be recorded electronically from January",
        text=(
            "Firms with ten or more employees must record working hours electronically from January, the federal "
            "labour court has ruled. Owners who keep paper sheets have three months to change. Unions welcomed the "
            "ruling on time tracking, while the chamber of crafts asked for simple tools that work on building sites."
        ),
    ),
    Report(
        story="payroll",
        slug="payroll-due-on-the-tenth",
        hours=8,
        title="Payroll to be filed by the tenth of the month from next year",
        text=(
            "Payroll must be filed by the tenth of the month instead of the fifteenth from next year, the tax office "
            "said on Monday. Finance managers of small firms expect more corrections in the first quarter because "
            "approved hours often arrive late."
        ),
    ),
    Report(
        story="coffee",
        slug="coffee-price-record",
        hours=18,
        title="Arabica at its highest price in eleven years after drought",
        text=(
            "After drought in Minas Gerais, green arabica beans rose to 4.12 dollars a pound. Roasters say that "
            "subscriptions with fixed prices will be hard to keep and that single origin coffee may cost a fifth more "
            "by spring."
        ),
    ),
    Report(
        story="ruling",
        slug="working-time-ruling-update",
        hours=3,
        title="Update: labour court wants working hours recorded electronically from January",
        text=(
            "Update. Firms with ten or more employees must record working hours electronically from January, the "
            "federal labour court has ruled. Owners who keep paper sheets have three months to change. Unions welcomed "
            "the ruling on time tracking, and the chamber of crafts asked for simple tools for building sites."
        ),
    ),
    Report(
        story="margins",
        slug="agency-margins",
        hours=26,
        title="Agencies lose margin on one project in four",
        text=(
            "Agencies and engineering firms lose money on 26 percent of their projects, an accounting firm reports "
            "after reading 4,000 budgets. Most notice it after the invoice. Firms that look at cost per project every "
            "week lose half as often."
        ),
    ),
)
