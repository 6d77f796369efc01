"""The settings: one module per screen. Admins and owners come in; others are told who does."""

from warmline.web.pages.settings import close_reasons, organization, people, person, profile, squad, squads, tokens

ROUTERS = (
    organization.router, people.router, person.router, squads.router, squad.router, tokens.router,
    close_reasons.router, profile.router,
)  # fmt: skip
