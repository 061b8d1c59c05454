"""What keeps this person out, or Salesforce from answering: rights, hours, limits, the network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.sign_in.messages.explanation import ADMIN, YOU, Explanation, Way

EXPLANATIONS: dict[str, Explanation] = {
    "inactive_user": Explanation(
        _("This Salesforce user is not active"),
        _("Salesforce does not let an inactive or frozen user sign in."),
        (_("Sign in as another admin, or ask for the user to be activated."),),
        ADMIN,
    ),
    "password_expired": Explanation(
        _("This user's password has expired"),
        _("Until there is a new one, Salesforce lets no program work for this user."),
        (
            _("Open the org in this browser, and choose a new password there."),
            _("Then sign in here again."),
        ),
        YOU,
    ),
    "ip_restricted": Explanation(
        _("Salesforce does not let this server in"),
        _(
            "The user's profile allows sign-ins from certain IP addresses only, and this site is not "
            "among them."
        ),
        (_("Add the address of this site to the profile's Login IP Ranges, or sign in as another admin."),),
        ADMIN,
    ),
    "login_hours": Explanation(
        _("Outside of this user's login hours"),
        _("The user's profile allows signing in at certain hours only."),
        (_("Try again within these hours, or sign in as another admin."),),
        ADMIN,
    ),
    "api_disabled": Explanation(
        _("This org lets no program in"),
        _("The org's edition, or your user's profile, lets no program in, so nothing can be read."),
        (
            _("Check that your profile has API Enabled."),
            _("If the org is a Group or Professional Edition, ask Salesforce to let programs in."),
        ),
        ADMIN,
    ),
    "limit_reached": Explanation(
        _("This org takes no more requests for now"),
        _("Programs may ask an org so many times in 24 hours, and this one has been asked that often."),
        (_("Try again later: the oldest calls stop counting hour by hour."),),
        YOU,
    ),
    "concurrent_limit": Explanation(
        _("This org has too many requests at the same time"),
        _("Programs send many slow requests to this org just now. We waited and asked again, in vain."),
        (_("Wait a minute, then sign in again."),),
        YOU,
    ),
    "user_limit": Explanation(
        _("Salesforce takes no more requests from this user for now"),
        _("There is a limit for each user, and yours is reached. The org itself has others."),
        (_("Try again in an hour, or sign in as another admin."),),
        YOU,
    ),
    "other_limit": Explanation(
        _("A limit of this org is reached"),
        _("Salesforce takes no more requests for now. Its own words, below, say which limit that is."),
        (_("Try again in an hour. If it stays so, show the details below to a Salesforce admin."),),
        YOU,
    ),
    "rate_limited": Explanation(
        _("Too many sign-ins at once"),
        _("Salesforce asks us to slow down."),
        (_("Wait a minute, then sign in again."),),
        YOU,
    ),
    "no_network": Explanation(
        _("Salesforce could not be reached"),
        _("We asked Salesforce to finish the sign-in and got no answer in time. Nothing was connected."),
        (
            _("Sign in again in a minute."),
            _("If you typed a My Domain address, check it: a mistyped one does not exist."),
        ),
        YOU,
        (Way.AGAIN, Way.ELSEWHERE),
    ),
    "salesforce_down": Explanation(
        _("Salesforce is not available"),
        _("Salesforce is down or under maintenance just now."),
        (_("Look at status.salesforce.com, then sign in again."),),
        YOU,
    ),
}
