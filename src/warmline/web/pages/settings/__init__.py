"""The settings: one module per screen. Admins and owners come in; others are told who does."""

from warmline.web.pages.settings import (
    channel,
    channels,
    close_reasons,
    deliveries,
    erasing,
    models,
    organization,
    people,
    person,
    privacy,
    profile,
    squad,
    squads,
    texts,
    tokens,
)

ROUTERS = (
    organization.router, people.router, person.router, squads.router, squad.router, tokens.router,
    close_reasons.router, texts.router, models.router, profile.router, channels.router, channel.router,
    deliveries.router, privacy.router, erasing.router,
)  # fmt: skip
