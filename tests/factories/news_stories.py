"""Stories that several sources tell. All names are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Story:
    """titles, sentences: with {slots}. fills: what happened. other: the same kind of event with others' names and figures.

    last_year: how it read a year before, for news that recurs; empty when it does not.
    """

    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    fills: Mapping[str, str]
    other: Mapping[str, str]
    last_year: Mapping[str, str] = field(default_factory=dict)


STORIES: tuple[Story, ...] = (
    Story(
        titles=(
            "{who} to cut heat pump prices by {n} percent",
            "Heat pumps: {who} lowers prices {n} %",
            "{who} starts price war in heating market",
            "Cheaper heating: {who} slashes list prices",
        ),
        sentences=(
            "{who} will lower the list prices of its heat pumps by {n} percent from {when}, the manufacturer said on Monday.",
            "The {place} company cited cheaper compressors and a new assembly line that runs at full capacity.",
            "Installers who ordered since August will receive a credit note over the difference.",
            '"We want to make switching affordable for families," chief executive {boss} told reporters.',
            "Analysts expect rivals to follow before the winter season.",
        ),
        fills={"who": "Thermalux", "n": "12", "when": "1 November", "place": "Kassel-based", "boss": "Ines Vogel"},
        other={"who": "Brandt Klima", "n": "7", "when": "15 January", "place": "Graz-based", "boss": "Otto Lehner"},
    ),
    Story(
        titles=(
            "Central bank raises key rate to {n} %",
            "Rate rise: borrowing gets dearer, key rate now {n} percent",
            "{who} surprises markets with rate step",
        ),
        sentences=(
            "The {who} lifted its key interest rate by a quarter point to {n} percent, its {nth} step this year.",
            "Governor {boss} said that price pressure in services had turned out to be stubborn.",
            "Economists had mostly expected the bank to pause until spring.",
            "Mortgage lenders said they would pass the step on within days.",
            "The currency gained {m} percent against the dollar after the announcement.",
        ),
        fills={"who": "Nordic Reserve Bank", "n": "3.75", "nth": "third", "boss": "Maja Lindqvist", "m": "0.8"},
        other={"who": "Bank of Helvia", "n": "1.25", "nth": "first", "boss": "Urs Amstad", "m": "0.3"},
    ),
    Story(
        titles=(
            "{who} fined {n} million for hidden fees",
            "Watchdog fines {who} over undisclosed charges",
            "Hidden fees cost {who} {n} million euros",
            "Consumer agency: {who} misled subscribers",
        ),
        sentences=(
            "The consumer protection agency has fined {who} {n} million euros for charges that customers only saw at checkout.",
            "Investigators found that more than {m} subscribers paid for an insurance they had never chosen.",
            "The company must refund the fees within ninety days and change its order page.",
            "{who} said it would appeal and spoke of an error in a software release.",
            "It is the largest penalty since the rules on clear pricing came into force.",
        ),
        fills={"who": "Streamio", "n": "48", "m": "310,000"},
        other={"who": "FitFlat Studios", "n": "6", "m": "41,000"},
    ),
    Story(
        titles=(
            "Retail sales up {n} % in {when}",
            "Shoppers spend more: retail turnover grows {n} percent",
            "Statistics office: retail rebounds in {when}",
        ),
        sentences=(
            "Retail turnover rose by {n} percent in {when} compared with the month before, the statistics office reported.",
            "Online shops grew fastest, with an increase of {m} percent, while department stores lost ground.",
            "Adjusted for prices the increase came to less than half of that.",
            "Furniture and electronics sold better than in any month since spring.",
            "The office corrected the figure for the previous month slightly upwards.",
        ),
        fills={"n": "2.1", "when": "September", "m": "5.4"},
        other={"n": "0.4", "when": "June", "m": "1.9"},
        last_year={"n": "1.3", "when": "September", "m": "3.2"},
    ),
    Story(
        titles=(
            "{who} buys {what} for {n} million",
            "{who} takes over rival {what}",
            "Takeover in the travel market: {what} goes to {who}",
            "{what} sold to {who}",
        ),
        sentences=(
            "{who} is buying the booking platform {what} for {n} million dollars in cash and shares.",
            "The deal gives the buyer access to some {m} small hotels, mostly around the Mediterranean.",
            "Both brands are to be kept until at least the end of next year.",
            "Founder {boss} will stay on as an adviser, the companies said in a joint statement.",
            "Competition authorities in three countries still have to agree.",
        ),
        fills={"who": "Wanderly", "what": "CasaNido", "n": "640", "m": "22,000", "boss": "Giulia Ferraro"},
        other={"who": "TripNorth", "what": "HutFinder", "n": "85", "m": "3,100", "boss": "Aksel Moen"},
    ),
    Story(
        titles=(
            "Recall: {who} calls back {n} {what}",
            "{who} recalls {what} over fire risk",
            "Fire hazard: {n} {what} have to be returned",
        ),
        sentences=(
            "{who} is recalling {n} {what} because their batteries can overheat while charging.",
            "Affected are models made between {when}; the serial number is printed on the underside.",
            "Customers should stop using the devices at once and will get a replacement free of charge.",
            "The manufacturer knows of {m} cases in which a device caught fire, nobody was injured.",
            "A hotline has been set up and is open on weekends, too.",
        ),
        fills={"who": "Voltara", "n": "86,000", "what": "e-scooters", "when": "March and July", "m": "eleven"},
        other={"who": "Kuhn & Sohn", "n": "19,500", "what": "hand mixers", "when": "May and June", "m": "three"},
    ),
    Story(
        titles=(
            "Parliament passes law on {what}",
            "New rules for {what} from {when}",
            "{what}: lawmakers agree on stricter rules",
            "Vote clears the way for {what} law",
        ),
        sentences=(
            "Parliament has passed a law on {what} with {n} votes against {m}.",
            "From {when} companies with more than fifty employees have to prove claims before they advertise with them.",
            "Breaches can cost up to four percent of yearly turnover.",
            "Trade associations criticised that the guidelines for small firms are still missing.",
            "The upper house is expected to agree before the end of the month.",
        ),
        fills={"what": "green advertising claims", "n": "391", "m": "204", "when": "July 2027"},
        other={"what": "influencer labelling", "n": "288", "m": "267", "when": "January 2028"},
    ),
    Story(
        titles=(
            "{who} reports record quarter",
            "{who}: revenue climbs {n} percent to {m} billion",
            "Strong demand lifts {who}",
        ),
        sentences=(
            "{who} increased revenue by {n} percent to {m} billion euros in the third quarter.",
            "Operating profit came to {k} million euros, above the average estimate of analysts.",
            "Demand was strongest for kitchen appliances with a connected app.",
            "The board raised its forecast for the full year for the second time.",
            "Shares opened {j} percent higher in Frankfurt.",
        ),
        fills={"who": "Hausmann Group", "n": "9", "m": "4.2", "k": "388", "j": "6"},
        other={"who": "Lumen Appliances", "n": "3", "m": "1.7", "k": "92", "j": "2"},
    ),
    Story(
        titles=(
            "Survey: {n} percent plan to spend less at Christmas",
            "Shoppers tighten belts before the holidays",
            "Christmas budgets shrink, survey finds",
            "Gift budgets fall to {m} euros",
        ),
        sentences=(
            "{n} percent of consumers want to spend less on presents this Christmas, a survey by {who} shows.",
            "On average they plan a budget of {m} euros, compared with {k} euros a year ago.",
            "Vouchers and books lead the list of planned presents, ahead of toys.",
            "People under thirty are the only group that intends to spend more.",
            "The institute asked {j} adults at the beginning of October.",
        ),
        fills={"n": "41", "who": "the institute Konsumblick", "m": "263", "k": "298", "j": "2,050"},
        other={"n": "17", "who": "the bank Sparwerk", "m": "512", "k": "540", "j": "1,200"},
        last_year={"n": "33", "who": "the institute Konsumblick", "m": "298", "k": "305", "j": "2,010"},
    ),
    Story(
        titles=(
            "Data breach at {who} exposes {n} customers",
            "{who} confirms theft of customer data",
            "Hackers steal data of {n} customers from {who}",
        ),
        sentences=(
            "Attackers have copied the records of {n} customers of {who}, the company confirmed on {when}.",
            "Names, addresses and order histories were taken; passwords and payment data are said to be safe.",
            "The intruders came in through the account of a service provider in {place}.",
            "The data protection authority has opened proceedings.",
            "Customers are to be informed by letter during the coming week.",
        ),
        fills={"who": "the shoe retailer Schuhwerk", "n": "1.9 million", "when": "Thursday", "place": "Poland"},
        other={"who": "the pharmacy chain Salvia", "n": "240,000", "when": "Tuesday", "place": "Ireland"},
    ),
    Story(
        titles=(
            "{who} opens {n} city stores",
            "{who} returns to the high street",
            "Online retailer {who} plans {n} shops downtown",
            "Bricks instead of clicks: {who} rents shops",
        ),
        sentences=(
            "The online retailer {who} will open {n} stores in city centres over the next {m} months.",
            "The first is to open its doors in {place}, on two floors of a former department store.",
            "Customers can try on what they ordered and give back what does not fit.",
            "The company expects that every shop lifts online orders in its surroundings by a fifth.",
            "Landlords welcomed the plan after years of empty windows.",
        ),
        fills={"who": "Modaro", "n": "35", "m": "eighteen", "place": "Leipzig"},
        other={"who": "Brillenwelt", "n": "12", "m": "six", "place": "Rotterdam"},
    ),
    Story(
        titles=(
            "Strike stops parcel deliveries in {place}",
            "Parcels pile up as {who} staff walk out",
            "{who}: drivers on strike until {when}",
        ),
        sentences=(
            "Some {n} drivers of the parcel service {who} have stopped work in {place} until {when}.",
            "Their union demands {m} percent more pay and a second person for heavy parcels.",
            "Retailers fear that orders placed for the holiday sales will arrive late.",
            "The employer called the walkout disproportionate and offered talks in a week.",
            "Letters and express consignments are not affected.",
        ),
        fills={"who": "Rapido", "n": "4,300", "place": "the south", "when": "Friday", "m": "8.5"},
        other={"who": "PaketPlus", "n": "900", "place": "the capital", "when": "midnight", "m": "5"},
    ),
    Story(
        titles=(
            "Subsidy for {what} doubled",
            "Government pays {n} euros towards {what}",
            "{what}: state support rises to {n} euros",
            "More money for {what}",
        ),
        sentences=(
            "The government doubles its support for {what} to {n} euros per household from {when}.",
            "Applications can be filed online and are to be decided within four weeks.",
            "The finance ministry has set aside {m} million euros for the programme.",
            "Tenants can apply as well if their landlord agrees in writing.",
            "Industry associations warned that installers are booked out for months.",
        ),
        fills={"what": "balcony solar panels", "n": "600", "when": "December", "m": "220"},
        other={"what": "cargo bikes", "n": "1,000", "when": "April", "m": "35"},
    ),
    Story(
        titles=(
            "Ad spending to grow {n} % next year, {who} says",
            "Forecast: advertising market up {n} percent",
            "{who} lifts outlook for advertising",
        ),
        sentences=(
            "Advertising spending will grow by {n} percent next year, the media agency {who} predicts.",
            "Retail media and connected television account for most of the increase of {m} billion dollars.",
            "Print loses another {k} percent, while outdoor advertising stays stable.",
            "The agency had expected less in its forecast of the spring.",
            "Search remains the largest single item, though its share shrinks for the first time.",
        ),
        fills={"who": "Mediaplex", "n": "5.8", "m": "58", "k": "4"},
        other={"who": "Adwise", "n": "3.1", "m": "21", "k": "7"},
        last_year={"who": "Mediaplex", "n": "4.6", "m": "44", "k": "5"},
    ),
    Story(
        titles=(
            "{who} ends free returns",
            "Returns cost {n} euros at {who} from {when}",
            "{who} charges for sending back parcels",
            "No more free returns: {who} asks for {n} euros",
        ),
        sentences=(
            "Customers of {who} have to pay {n} euros for each parcel they send back from {when}.",
            "The fashion retailer says that almost every second order has been returned lately.",
            "Members of its paid programme keep free returns, and drop-off in shops stays free.",
            "A consumer association called the step understandable but badly communicated.",
            "In a test in {place} the rate of returns fell by {m} percent.",
        ),
        fills={"who": "Velvetine", "n": "2.99", "when": "mid-November", "place": "Denmark", "m": "13"},
        other={"who": "Sportiva Direct", "n": "4.50", "when": "February", "place": "Austria", "m": "21"},
    ),
    Story(
        titles=(
            "Coffee prices hit {n}-year high",
            "Bad harvest drives coffee prices",
            "Why coffee gets dearer again",
        ),
        sentences=(
            "The price of arabica coffee has climbed to its highest level in {n} years after drought in {place}.",
            "A pound cost {m} dollars on the exchange, {k} percent more than at the start of the year.",
            "Roasters say that they will have to raise shop prices before spring.",
            "Stocks in certified warehouses have fallen for the tenth week in a row.",
            "Traders do not expect relief until the next harvest.",
        ),
        fills={"n": "thirteen", "place": "Minas Gerais", "m": "3.41", "k": "62"},
        other={"n": "five", "place": "Vietnam", "m": "2.02", "k": "18"},
    ),
    Story(
        titles=(
            "{who} names {boss} chief executive",
            "{boss} takes over at {who}",
            "Change at the top of {who}",
            "New head for {who}: {boss}",
        ),
        sentences=(
            "The supervisory board of {who} has appointed {boss} as chief executive from {when}.",
            "The {n}-year-old comes from a maker of sports goods, where she led the business in Asia.",
            "She succeeds {m}, who steps down for health reasons after eight years.",
            "Investors had urged the insurer for months to speed up its move to digital sales.",
            "Details of the new strategy are to be presented in spring.",
        ),
        fills={"who": "Allgrund Insurance", "boss": "Carla Nyberg", "when": "1 January", "n": "47", "m": "Peter Stahl"},
        other={"who": "Meridia Mutual", "boss": "Hanna Brück", "when": "1 April", "n": "52", "m": "Jan de Wit"},
    ),
    Story(
        titles=(
            "Electric car sales overtake diesel in {place}",
            "More electric cars than diesels sold in {when}",
            "{place}: battery cars pass diesel",
        ),
        sentences=(
            "For the first time more electric cars than diesels were registered in {place} in {when}.",
            "Battery cars reached a share of {n} percent, according to the motor transport authority.",
            "Company fleets accounted for two thirds of them, helped by a lower tax on benefits.",
            "Cheap models from {m} makers doubled their sales.",
            "The association of dealers complained about falling prices for used electric cars.",
        ),
        fills={"place": "Belgium", "when": "October", "n": "29", "m": "Chinese"},
        other={"place": "Portugal", "when": "August", "n": "21", "m": "French"},
        last_year={"place": "Belgium", "when": "December", "n": "24", "m": "Chinese"},
    ),
    Story(
        titles=(
            "{who} launches own payment app",
            "Supermarket chain {who} pays with its own app",
            "{who} challenges card networks with payment app",
            "Paying by phone: {who} goes it alone",
        ),
        sentences=(
            "The supermarket chain {who} introduces a payment app of its own in all {n} stores.",
            "Whoever pays with it gets {m} percent off the shop's own brands in the first three months.",
            "The money is drawn directly from the bank account, so that no card fees arise.",
            "Privacy advocates warn that purchases can be matched with names.",
            "More than {k} people have registered since a trial began in {place}.",
        ),
        fills={"who": "Frischmarkt", "n": "1,150", "m": "5", "k": "400,000", "place": "Hesse"},
        other={"who": "Kornkauf", "n": "230", "m": "2", "k": "36,000", "place": "Tyrol"},
    ),
    Story(
        titles=(
            "Court bans {who}'s {what} advertising",
            "{who} may no longer advertise with {what}",
            "Judges stop {what} claim of {who}",
        ),
        sentences=(
            "A court in {place} has forbidden {who} to advertise its {m} with the words {what}.",
            "The judges held that customers could not see how the emissions were offset.",
            "An environmental group had sued; it has won {n} similar cases so far.",
            "The company can still appeal against the ruling.",
            "Lawyers expect that many brands will have to change their packaging.",
        ),
        fills={"who": "Bergquell", "what": "climate neutral", "place": "Hamburg", "m": "mineral water", "n": "27"},
        other={"who": "Flugfix", "what": "green flying", "place": "Vienna", "m": "domestic flights", "n": "4"},
    ),
)
