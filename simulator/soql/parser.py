"""SOQL text -> `tree.Query`, by recursive descent. Names are not looked up here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

from simulator import not_modelled
from simulator.soql import problems
from simulator.soql.lexer import Token, tokens
from simulator.soql.literals import unescape
from simulator.soql.problems import malformed, unexpected
from simulator.soql.tree import (
    All,
    Any_,
    Compare,
    Condition,
    Count,
    InList,
    InQuery,
    Item,
    Literal,
    Not,
    Order,
    Path,
    Query,
)

_CLAUSES = ("where", "group", "having", "order", "limit", "offset", "for", "using", "with", "all")
_OPERATORS = ("=", "!=", "<>", "<", "<=", ">", ">=", "like", "in", "not", "includes", "excludes")


def parse(text: str) -> Query:
    reader = Reader(text)
    query = reader.query()
    if reader.next.kind != "end":
        reader.fail()
    return query


class Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0

    # -- tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def fail(self) -> NoReturn:
        clause = not_modelled.clause(self.next.text) if self.next.kind == "word" else ""
        if clause:
            raise problems.not_modelled(self.text, self.next.at, clause)
        raise unexpected(self.text, self.next.at, self.next.text)

    def accept(self, *words: str) -> bool:
        if self.next.is_(*words):
            self.take()
            return True
        return False

    def expect(self, word: str) -> Token:
        if not self.next.is_(word):
            self.fail()
        return self.take()

    def word(self) -> Token:
        if self.next.kind != "word":
            self.fail()
        return self.take()

    def whole_number(self) -> int:
        if self.next.kind != "number" or not self.next.text.isdigit():
            self.fail()
        return int(self.take().text)

    # -- clauses

    def query(self) -> Query:
        self.expect("select")
        items, children = self.items()
        self.expect("from")
        sobject = self.word()
        alias = ""
        if self.accept("as") or (self.next.kind == "word" and not self.next.is_(*_CLAUSES)):
            alias = self.word().text
        where = self.condition() if self.accept("where") else None
        return Query(
            items,
            sobject.text,
            sobject.at,
            alias,
            children,
            where,
            self.order(),
            self.whole_number() if self.accept("limit") else None,
            self.whole_number() if self.accept("offset") else 0,
            self.text,
        )

    def items(self) -> tuple[tuple[Item, ...], tuple[Query, ...]]:
        items: list[Item] = []
        children: list[Query] = []
        while True:
            if self.accept("("):
                children.append(self.query())
                self.expect(")")
            else:
                items.append(self.item())
            if not self.accept(","):
                return tuple(items), tuple(children)

    def item(self) -> Item:
        start = self.word()
        if not self.next.is_("("):
            return self.rest_of_path(start)
        self.take()
        if start.text.upper() in not_modelled.FUNCTIONS:
            raise problems.not_modelled(self.text, start.at, f"{start.text.upper()}()")
        if not start.is_("count"):
            raise malformed(self.text, start.at, f"unexpected token: '{start.text}'")
        if not self.next.is_(")"):
            raise problems.not_modelled(self.text, start.at, "COUNT() of a field")
        self.take()
        return Count(start.at)

    def path(self) -> Path:
        return self.rest_of_path(self.word())

    def rest_of_path(self, start: Token) -> Path:
        parts = [start.text]
        while self.accept("."):
            parts.append(self.word().text)
        return Path(tuple(parts), start.at)

    def order(self) -> tuple[Order, ...]:
        if not self.accept("order"):
            return ()
        self.expect("by")
        orders = [self.one_order()]
        while self.accept(","):
            orders.append(self.one_order())
        return tuple(orders)

    def one_order(self) -> Order:
        path = self.path()
        descending = self.accept("desc")
        if not descending:
            self.accept("asc")
        last = False
        if self.accept("nulls"):
            last = self.accept("last")
            if not last:
                self.expect("first")
        return Order(path, descending, last)

    # -- conditions

    def condition(self) -> Condition:
        """One chain of AND or of OR; Salesforce wants parentheses where they are mixed."""
        first = self.term()
        for joiner, node in (("and", All), ("or", Any_)):
            if self.next.is_(joiner):
                parts = [first]
                while self.accept(joiner):
                    parts.append(self.term())
                if self.next.is_("and", "or"):
                    self.fail()
                return node(tuple(parts))
        return first

    def term(self) -> Condition:
        if self.accept("not"):
            return Not(self.term())
        if self.accept("("):
            inside = self.condition()
            self.expect(")")
            return inside
        return self.comparison()

    def comparison(self) -> Condition:
        path = self.path()
        if not self.next.is_(*_OPERATORS):
            self.fail()
        operator = self.take()
        if operator.is_("in", "not"):
            if operator.is_("not"):
                self.expect("in")
            return self.membership(path, negated=operator.is_("not"))
        if operator.is_("includes", "excludes"):
            raise malformed(
                self.text, operator.at, "includes and excludes are for multi-select picklists only"
            )
        sign = "!=" if operator.text == "<>" else operator.text.lower()
        return Compare(path, sign, self.literal())

    def membership(self, path: Path, *, negated: bool) -> Condition:
        self.expect("(")
        if self.next.is_("select"):
            inner = self.query()
            self.expect(")")
            return InQuery(path, inner, negated)
        literals = [self.literal()]
        while self.accept(","):
            literals.append(self.literal())
        self.expect(")")
        return InList(path, tuple(literals), negated)

    def literal(self) -> Literal:
        token = self.take()
        if token.kind == "string":
            try:
                raw = token.text[1:-1]
                return Literal("string", unescape(raw), token.at, unescape(raw, keep_wildcards=True))
            except ValueError:
                raise malformed(self.text, token.at, "invalid escape sequence in string literal") from None
        if token.kind == "number":
            return Literal("number", float(token.text) if "." in token.text else int(token.text), token.at)
        if token.kind in ("date", "datetime"):
            return self.moment(token)
        if token.kind == "word":
            return self.named_literal(token)
        raise unexpected(self.text, token.at, token.text)

    def moment(self, token: Token) -> Literal:
        try:
            moment = datetime.fromisoformat(token.text)
        except ValueError:
            raise malformed(self.text, token.at, f"Invalid date: {token.text}") from None
        utc = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Literal(token.kind, utc.astimezone(UTC), token.at)

    def named_literal(self, token: Token) -> Literal:
        if token.is_("null"):
            return Literal("null", None, token.at)
        if token.is_("true", "false"):
            return Literal("boolean", token.is_("true"), token.at)
        if not_modelled.is_date_literal(token.text):
            raise problems.not_modelled(self.text, token.at, f"the date literal {token.text.upper()}")
        raise unexpected(self.text, token.at, token.text)
