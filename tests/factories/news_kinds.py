"""Sentences that news of one kind is made of, and invented names to fill them with."""

from __future__ import annotations

COMPANIES = (
    "Aldora", "Bexley", "Cortina Foods", "Dynavolt", "Eberle", "Fjordline", "Granvia", "Helios Homes", "Inkwell",
    "Jasper Mills", "Kestrel", "Lindwurm", "Marisol", "Nordsee Werft", "Orbitel", "Pinehurst", "Quantara", "Rheingold",
    "Solvane", "Tarragon", "Ulmer Glas", "Verano", "Westmark", "Xylon", "Yarrow", "Zephyra", "Amberley", "Birkdal",
    "Calypso Toys", "Drava", "Elmsworth", "Falkenau",
)  # fmt: skip
PLACES = (
    "Bremen", "Lyon", "Porto", "Malmö", "Gdańsk", "Ghent", "Turin", "Bilbao", "Aarhus", "Linz", "Basel", "Cork",
    "Tampere", "Brno", "Varna", "Split",
)  # fmt: skip
KINDS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("{who} builds factory in {place}", "New plant for {place}: {who} invests", "{who} chooses {place}"),
        ("{who} invests {n} million euros in a plant near {place}.", "A site in {place} has won {who}'s new factory."),
        ("{m} jobs are planned at first.", "Around {m} people will be hired by the time production starts."),
        ("Building starts in {month}.", "The town council agreed to sell the land in {month}.", "The plant is to run on wind power."),
    ),
    (
        ("{who} cuts {m} jobs", "Job cuts at {who}", "{who} shrinks its head office in {place}"),
        ("{who} is cutting {m} jobs, most of them in {place}.", "At {who} in {place}, {m} positions will go."),
        ("Unions announced protests.", "The works council was told on the morning of the announcement."),
        ("Savings of {n} million euros are planned until {month}.", "No dismissals are planned before {month}.", "Orders had fallen for a year."),
    ),
    (
        ("{who} wins {place} contract", "Order from {place} for {who}", "{place} relies on {who}"),
        ("The city of {place} has given {who} a contract worth {n} million euros.", "{who} will supply {place} for the next {k} years."),
        ("Four bidders had taken part.", "The decision was close, according to the minutes of the council."),
        ("Delivery begins in {month}.", "A loser of the tender examines whether to sue.", "It is the firm's largest order so far."),
    ),
    (
        ("{who} tries subscription model", "Renting instead of buying at {who}", "{who} now sells by the month"),
        ("{who} lets customers in {place} subscribe to its products from {k} euros a month.", "Instead of selling, {who} wants to rent out."),
        ("Repairs are included.", "Contracts can be ended every {k} months."),
        ("Managers hope for {m} subscribers until {month}.", "Rivals gave up similar offers.", "The idea came from an apprentice."),
    ),
    (
        ("{who} sponsors {place} festival", "Festival in {place} finds a sponsor", "{place}: {who} puts money into culture"),
        ("{who} becomes the main sponsor of the festival in {place} and pays {n} million euros over {k} years.", "The summer festival of {place} will carry the name of {who}."),
        ("Artists had warned of too much advertising on stage.", "Tickets are to stay as cheap as they are."),
        ("Last time {m} visitors came.", "The programme appears in {month}.", "The former sponsor had left for financial reasons."),
    ),
    (
        ("Patent dispute: {who} loses in {place}", "{who} must stop sales after ruling", "Ruling against {who}"),
        ("A court in {place} found that {who} used a protected hinge without licence.", "{who} has lost a patent case in {place} and must pay {n} million euros."),
        ("The product stays on sale abroad.", "Retailers may sell off what they have in stock."),
        ("{who} changes the design until {month}.", "An appeal is possible within {k} weeks.", "The inventor had waited {k} years for the ruling."),
    ),
    (
        ("{who} starts loyalty programme", "Points for purchases at {who}", "{who} rewards regulars"),
        ("Whoever shops at {who} collects points from {month}.", "{who} introduces a customer card, first in {place}."),
        ("Points lapse after {k} months.", "One point stands for one euro spent, with double points on weekends."),
        ("{m} people took part in a trial.", "Consumer advocates find the terms hard to read.", "Partners are to join later."),
    ),
    (
        ("Power cut halts {who}'s lines in {place}", "Standstill at {who}", "{who}: production stopped"),
        ("A failed transformer has stopped production at {who} in {place}.", "Nothing moves at {who}'s works in {place} since a power cut."),
        ("Damage is put at {n} million euros.", "{m} employees were sent home."),
        ("Repairs may take until {month}.", "The grid operator speaks of a chain of unlucky events.", "Emergency generators did not start."),
    ),
    (
        ("University of {place} and {who} study shoppers", "Researchers in {place} watch how people choose", "Study: what {who}'s customers want"),
        ("Researchers from {place} followed {m} customers of {who} through its shops.", "Eye tracking in {who}'s shops shows what shoppers overlook."),
        ("Most decisions were made within {k} seconds.", "Prices were noticed less than colours."),
        ("The study appears in {month}.", "It was paid for by a foundation.", "Signs at eye level worked best."),
    ),
    (
        ("{who} lists on the exchange", "Shares of {who} on sale from {month}", "{who} dares the stock market"),
        ("{who} wants to raise {n} million euros with an initial offering in {month}.", "The owners of {who} from {place} bring a third of the company to the stock market."),
        ("The price range will be set next week.", "Employees get shares at a discount."),
        ("The money is meant for new warehouses.", "Two banks lead the offering.", "A first attempt failed {k} years ago."),
    ),
    (
        ("{who} drops plastic packaging", "Paper instead of film: {who} changes its boxes", "{who} packs differently"),
        ("From {month} {who} packs everything in paper that comes from {place}.", "{who} does without plastic film and saves {m} tonnes a year."),
        ("The change costs {n} million euros.", "Shelf life suffers a little, tests have shown."),
        ("Bakers and butchers are asked to follow.", "Recyclers praise the move.", "Customers had collected signatures for it."),
    ),
    (
        ("Influencer deal backfires for {who}", "{who} ends work with video star", "Row over {who}'s campaign"),
        ("{who} has withdrawn a campaign with a well-known streamer after complaints from {place}.", "A video for {who} drew {m} angry comments within a day."),
        ("The clip made fun of older drivers.", "The agency apologised."),
        ("A new campaign is planned for {month}.", "Advertising cost {n} million euros.", "Sales did not suffer, the firm says."),
    ),
    (
        ("Tourists return to {place}", "{place} counts more guests", "Record summer in {place}"),
        ("{place} counted {m} overnight stays, {k} percent more than in the season before.", "Hotels in {place} were booked out for {k} weeks."),
        ("{who} wants to run ferries all year.", "The airline {who} adds flights from {month}."),
        ("Locals complain about rents.", "A visitor's tax brings in {n} million euros.", "Camping grew fastest."),
    ),
    (
        ("{who} brings chat helper to its shop", "Software answers {who}'s customers", "{who}: computer gives advice"),
        ("In the web shop of {who} a chat program now advises customers.", "{who} lets software answer questions on delivery and size."),
        ("It was trained on {m} old conversations.", "People step in when the program does not know the answer."),
        ("Complaints fell by {k} percent in {place}.", "More languages follow in {month}.", "The service cost {n} million euros."),
    ),
)  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "August", "December")
