"""The gallery: every component once, with believable contents, for those who build pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commons.web.tiles import PROVINCE_TILES, shades

AT = dt.datetime(2026, 11, 21, 6, 5, tzinfo=dt.UTC)
DOMAINS = [("", "全部"), ("LEGAL", "法律服务"), ("CARE", "困难帮扶"), ("SKILL", "技能培训"), ("CULTURE", "文体活动")]
TYPES = [("GROUP", "社会团体"), ("FOUNDATION", "基金会"), ("SERVICE", "社会服务机构")]


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="组织名称", help_text="与登记证书上的名称一致。")
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18)
    kind = forms.ChoiceField(label="组织类型", choices=TYPES, widget=forms.RadioSelect)
    domain = forms.ChoiceField(label="服务领域", choices=DOMAINS, required=False)
    staff = forms.IntegerField(label="职工人数", required=False, min_value=0)
    registered_on = forms.DateField(
        label="登记日期", required=False, widget=forms.DateInput(attrs={"type": "date"}), localize=False
    )
    certificate = forms.FileField(label="登记证书", required=False, help_text="PDF 或图片，不超过 10 MB。")
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    unregistered = forms.BooleanField(label="尚未在民政部门登记", required=False)


class GalleryFilters(forms.Form):
    """Filters as a list has them."""

    q = forms.CharField(label="名称或代码", required=False)
    domain = forms.ChoiceField(label="服务领域", choices=DOMAINS, required=False)
    kind = forms.ChoiceField(label="组织类型", choices=[("", "全部"), *TYPES], required=False)


STATES = [
    ("draft", "草稿"),
    ("to_verify", "待核实"),
    ("active", "在册"),
    ("stale", "待更新"),
    ("closed", "已注销"),
    ("removed", "已移出"),
    ("suspended", "停用"),
    ("provisioning", "开通中"),
]

COLUMNS = [
    {"label": "名称", "url": "?sort=name", "sort": "ascending"},
    {"label": "类型"},
    {"label": "服务领域"},
    {"label": "状态"},
    {"label": "职工数", "numeric": True},
    {"label": "购买金额（万元）", "numeric": True},
]

ROWS = [
    {
        "cells": [
            {"text": "长沙市开福区星火职工服务中心", "url": "#", "note": "52430105MJJ1234560"},
            "社会服务机构",
            "困难帮扶、技能培训",
            {"text": "在册", "badge": "active"},
            "1,024",
            "36.50",
        ]
    },
    {
        "cells": [
            {"text": "湖南省劳动关系研究会", "url": "#", "note": "51430000500987654X"},
            "社会团体",
            "法律服务",
            {"text": "待更新", "badge": "stale"},
            "86",
            "12.00",
        ]
    },
    {
        "cells": [
            {"text": "湘江职工帮扶基金会", "url": "#", "note": "53430000MJK7654321"},
            "基金会",
            "困难帮扶",
            {"text": "待核实", "badge": "to_verify"},
            "17",
            "—",
        ]
    },
    {"cells": ["合计", "", "", "", "1,127", "48.50"], "total": True},
]

ATTACHMENTS = {
    "lines": [
        {
            "label": "签字合同",
            "name": "购买服务合同（双方盖章）.pdf",
            "url": "#",
            "kind": "PDF 文件",
            "size": 2_413_568,
            "classification": {"label": "内部"},
            "confidential": False,
            "at": AT,
            "by_name": "李晓芳",
            "remove_url": "#",
        },
        {
            "label": "职工来信",
            "name": "来信.jpg",
            "url": "#",
            "kind": "JPEG 图片",
            "size": 834_221,
            "classification": {"label": "保密"},
            "confidential": True,
            "at": AT - dt.timedelta(days=3),
            "by_name": "王建国",
            "remove_url": "",
        },
    ],
    "form": None,
    "full": "已有20个附件，不能再添加。",
}

COUNTS = [5120 - 151 * index + (index * 7919) % 900 for index in range(len(PROVINCE_TILES))]


def _tiles() -> list[dict[str, object]]:
    return [
        {"short": place.short, "row": place.row, "col": place.col, "value": value, "shade": shade, "url": f"#{code}"}
        for (code, place), value, shade in zip(PROVINCE_TILES.items(), COUNTS, shades(COUNTS), strict=True)
    ]


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with an example, and one form bound to bad input."""
    return render(
        request,
        "base/gallery.html",
        {
            "form": GalleryForm({"name": "", "credit_code": "5243", "staff": "-1", "kind": "SERVICE"}),
            "filters": GalleryFilters(request.GET or None),
            "states": STATES,
            "columns": COLUMNS,
            "rows": ROWS,
            "pager": {"previous": None, "next": "b3Jn", "size": 20, "sizes": [20, 50, 100], "shown": 20, "total": 3127},
            "steps": [
                {"label": "上传文件", "state": "done", "url": "#"},
                {"label": "对应列名", "state": "done", "url": "#"},
                {"label": "试导入", "state": "current"},
                {"label": "完成", "state": "todo"},
            ],
            "kpis": [
                {
                    "label": "在册社会组织",
                    "value": 3127,
                    "unit": "家",
                    "change": 42,
                    "trend": [2890, 2931, 2990, 3085, 3127],
                },
                {
                    "label": "本月走访联系",
                    "value": 418,
                    "unit": "次",
                    "change": -37,
                    "trend": [380, 402, 455, 455, 418],
                },
                {"label": "建会率", "value": Decimal("61.8"), "unit": "%", "change": 0, "trend": []},
                {"label": "购买服务金额", "value": None, "unit": "万元", "change": None, "trend": []},
            ],
            "facts": [
                {"label": "登记机关", "value": "长沙市民政局"},
                {"label": "状态", "value": "在册", "badge_state": "active"},
                {"label": "联系电话", "value": "138****5678", "note": "您没有查看完整号码的权限"},
                {"label": "网址", "value": ""},
            ],
            "tabs": [
                {"label": "基本情况", "url": "#", "current": True},
                {"label": "人员", "url": "#", "count": 6},
                {"label": "联系记录", "url": "#", "count": 0},
                {"label": "变更历史", "url": "#"},
            ],
            "entries": [
                {
                    "at": AT,
                    "who": "李晓芳（开福区总工会）",
                    "what": "修改",
                    "changes": [
                        {"label": "职工人数", "old": 980, "new": 1024},
                        {"label": "备注", "old": "", "new": "换届"},
                    ],
                },
                {"at": AT - dt.timedelta(days=41), "who": "王建国", "what": "核实入册", "note": "已核对登记证书。"},
            ],
            "attachments": ATTACHMENTS,
            "tiles": _tiles(),
            "bars": {
                "categories": ["长沙", "株洲", "湘潭", "衡阳", "邵阳", "岳阳"],
                "series": [
                    {"name": "本期", "values": [812, 301, 254, 366, 198, 287]},
                    {"name": "上期", "values": [790, 305, 240, 351, 201, 270]},
                ],
                "unit": "家",
            },
            "line": {
                "categories": [f"{month}月" for month in range(1, 12)],
                "series": [{"name": "走访次数", "values": [210, 188, 305, 290, 341, 377, 360, 402, 455, 455, 418]}],
                "unit": "次",
            },
            "at": AT,
            "link": "https://platform.example/invitation/7Yk2…",
        },
    )
